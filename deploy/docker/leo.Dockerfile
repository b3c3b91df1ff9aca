# Leo without sandboxes: gateway, planner, syncer and the command line. One static
# binary on nothing; it is built outside, so that the image holds what was tested:
#
#   make build
#   docker build -f deploy/docker/leo.Dockerfile -t leo .
FROM scratch
ARG UID=65532
ARG GID=65532
ARG VERSION=dev
LABEL org.opencontainers.image.title="leo" org.opencontainers.image.version="${VERSION}"
COPY bin/leo /leo
# A volume that is mounted here is the user's, because this directory is.
COPY --chown=${UID}:${GID} deploy/docker/data /data
ENV LEO_DATA_DIR=/data
WORKDIR /data
USER ${UID}:${GID}
EXPOSE 8080
ENTRYPOINT ["/leo"]
