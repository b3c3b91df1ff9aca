# Leo with what sandboxes are made from beside it: sandboxd. The images of the
# sandboxes themselves are imported by sandboxd into the daemon it uses, from
# leo-runner and, if it is there, leo-python.tar.
#
#   make build            (make images for Python)
#   docker build -f deploy/docker/runner.Dockerfile -t leo-sandboxd .
FROM scratch
ARG UID=65532
ARG GID=65532
ARG VERSION=dev
LABEL org.opencontainers.image.title="leo-sandboxd" org.opencontainers.image.version="${VERSION}"
COPY bin/leo bin/leo-runner bin/leo-python.tar* /
COPY --chown=${UID}:${GID} deploy/docker/data /data
ENV LEO_DATA_DIR=/data
WORKDIR /data
USER ${UID}:${GID}
EXPOSE 8082
ENTRYPOINT ["/leo"]
