{{/*
The objects of a file beside the templates, in the namespace of the release: { "items": [...] } as YAML. What belongs to no
namespace carries its name, so that operators in several namespaces do not share their rights.
*/}}
{{- define "manifest.read" -}}
{{- $home := "onecloud" }}
{{- $namespace := .root.Release.Namespace }}
{{- $suffix := ternary "" (printf "-%s" $namespace) (eq $namespace $home) }}
{{- $objects := list }}
{{- range regexSplit "(?m)^---$" (.root.Files.Get .path) -1 }}
{{- $object := fromYaml . }}
{{- range (concat (list $object.metadata) ($object.subjects | default list)) }}
{{- if eq (.namespace | default "") $home }}{{ $_ := set . "namespace" $namespace }}{{ end }}
{{- end }}
{{- if hasPrefix "Cluster" $object.kind }}
{{- $_ := set $object.metadata "name" (print $object.metadata.name $suffix) }}
{{- with $object.roleRef }}{{ $_ := set . "name" (print .name $suffix) }}{{ end }}
{{- end }}
{{- $objects = append $objects $object }}
{{- end }}
{{- toYaml (dict "items" $objects) }}
{{- end -}}

{{/* The image with its tag. */}}
{{- define "operator.image" -}}
{{- with .Values.image }}
{{- $repository := required "image.repository is empty: say which image make image-push has pushed, for example --set image.repository=registry.example.com/team/onecloud-operator" .repository }}
{{- $tag := .tag | default (printf "v%s" $.Chart.AppVersion) }}
{{- $repository }}{{ ternary "@" ":" (hasPrefix "sha256:" $tag) }}{{ $tag }}
{{- end }}
{{- end -}}
