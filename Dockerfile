# Copies only: make image bundles first. The base has Node 24 and no shell; BASE names another one, or pins this by its
# digest (BASE=gcr.io/distroless/nodejs24-debian12@sha256:…).
ARG BASE=gcr.io/distroless/nodejs24-debian12:nonroot
FROM ${BASE}

ARG BASE=gcr.io/distroless/nodejs24-debian12:nonroot
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="onecloud-operator" \
      org.opencontainers.image.description="Kubernetes operator that installs the Cloudpods (OneCloud) platform from one OnecloudCluster and keeps it running" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE}"

# Distroless keeps node in a directory of its own. glibc would keep a pool of memory for each of eight threads. Compiled
# code cannot be kept: the root file system is read-only.
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin \
    NODE_ENV=production \
    NODE_DISABLE_COMPILE_CACHE=1 \
    MALLOC_ARENA_MAX=2

COPY dist/onecloud-operator.mjs /onecloud-operator.mjs

USER 65532:65532
WORKDIR /
EXPOSE 8080 8081
ENTRYPOINT ["node", "--optimize-for-size", "/onecloud-operator.mjs"]
CMD ["run"]
