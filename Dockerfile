# The service as an image: `docker build .`, see docs/containers.md.
# The bases are arguments, for places where no image registry is reachable: tests/images makes them.
ARG DEBIAN_BASE=debian:bookworm-slim
ARG RUST_BASE=rust:1.95-bookworm

FROM ${RUST_BASE} AS build
RUN cargo install --locked --root /usr/local cargo-cyclonedx@0.5.9 && \
    cargo install --locked --root /usr/local --features cli cargo-about@0.9.3
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY benches benches
COPY packaging/about.toml packaging/build packaging/licences.hbs packaging/notices packaging/
# What stands in Cargo.lock first, in a layer of its own: it takes most of the time and changes seldom.
RUN mkdir src && touch src/lib.rs && echo 'fn main() {}' >src/main.rs && \
    packaging/notices /out && packaging/build /out && cargo clean --release --package ostor-bridge
COPY src src
RUN packaging/build /out

FROM ${DEBIAN_BASE}
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* && \
    install -d -o 65532 -g 65532 -m 0750 /var/lib/ostor-bridge
COPY --from=build /out/ostor-bridge /usr/bin/
COPY --from=build /out/sbom.cdx.json /out/third-party-licences.txt /usr/share/doc/ostor-bridge/
COPY LICENSE-APACHE LICENSE-MIT /usr/share/doc/ostor-bridge/
LABEL org.opencontainers.image.title="ostor-bridge" \
      org.opencontainers.image.description="Sells S3 storage of Virtuozzo Hybrid Infrastructure clusters through WHMCS" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      ostor-bridge.sbom="/usr/share/doc/ostor-bridge/sbom.cdx.json" \
      ostor-bridge.sbom.format="CycloneDX 1.5 JSON" \
      ostor-bridge.licences="/usr/share/doc/ostor-bridge/third-party-licences.txt"
ENV OSTOR_BRIDGE__SERVER__LISTEN=0.0.0.0:8787 \
    OSTOR_BRIDGE__DATABASE__URL=sqlite:/var/lib/ostor-bridge/ledger.db
WORKDIR /var/lib/ostor-bridge
EXPOSE 8787
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["ostor-bridge", "healthcheck"]
ENTRYPOINT ["ostor-bridge"]
CMD ["serve"]
