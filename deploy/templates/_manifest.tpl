{{/* The objects of a file beside the templates, in the namespace of the release: { "items": [...] } as YAML. */}}
{{- define "manifest.read" -}}
{{- $namespace := .root.Release.Namespace }}
{{- $objects := list }}
{{- range regexSplit "(?m)^---$" (.root.Files.Get .path) -1 }}
{{- $object := fromYaml . }}
{{- if $object.kind }}
{{- if eq ($object.metadata.namespace | default "") "onecloud" }}{{ $_ := set $object.metadata "namespace" $namespace }}{{ end }}
{{- range $object.subjects }}{{ if eq (.namespace | default "") "onecloud" }}{{ $_ := set . "namespace" $namespace }}{{ end }}{{ end }}
{{- $objects = append $objects $object }}
{{- end }}
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
