# The services, a stage each: docker build --target slac-agent . For amd64 and arm64.

FROM rust:1.88-slim-bookworm AS native
WORKDIR /src
COPY libs/pnet-bindings/native .
RUN cargo build --release --locked --target-dir /out

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund
RUN npm run build
RUN node tools/assemble.mjs slac-agent /out/slac-agent
RUN node tools/assemble.mjs v2g-gateway /out/v2g-gateway
RUN node tools/assemble.mjs ocpp-bridge /out/ocpp-bridge
RUN node tools/assemble.mjs history /out/history --without @electric-sql/pglite --without @electric-sql/pglite-socket
RUN node tools/assemble.mjs pilotwire /out/pilotwire --without @electric-sql/pglite --without @electric-sql/pglite-socket --without esbuild --without @pilotwire/grafana

# What all of them stand on. Volumes that are new belong to whoever the folder belongs to here.
FROM node:24.21.0-bookworm-slim AS base
RUN mkdir -p /var/lib/pilotwire /run/pilotwire && chown node:node /var/lib/pilotwire /run/pilotwire
WORKDIR /app
COPY deploy/health.mjs /app/health.mjs
ENV NODE_ENV=production PILOTWIRE_DATA=/var/lib/pilotwire
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/health.mjs"]

# A Node that may open raw sockets, for no other: it cannot be started where the container lacks NET_RAW, and it takes no
# NODE_OPTIONS, so its flags stand below.
FROM base AS slac-agent
RUN apt-get update && apt-get install -y --no-install-recommends libcap2-bin && cp /usr/local/bin/node /usr/local/bin/node-raw && setcap cap_net_raw+ep /usr/local/bin/node-raw && apt-get purge -y libcap2-bin && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/slac-agent /app
COPY --from=native /out/release/libpilotwire_pnet.so /app/node_modules/@pilotwire/pnet-bindings/native/dist/pnet.node
USER node
CMD ["node-raw", "--max-semi-space-size=1", "--optimize-for-size", "/app/apps/slac-agent/dist/main.js"]

FROM base AS v2g-gateway
COPY --from=build /out/v2g-gateway /app
COPY --from=native /out/release/libpilotwire_pnet.so /app/node_modules/@pilotwire/pnet-bindings/native/dist/pnet.node
USER node
CMD ["node", "--max-semi-space-size=1", "--optimize-for-size", "/app/apps/v2g-gateway/dist/main.js"]

FROM base AS ocpp-bridge
COPY --from=build /out/ocpp-bridge /app
USER node
CMD ["node", "--max-semi-space-size=1", "--optimize-for-size", "/app/apps/ocpp-bridge/dist/main.js"]

# Its database is a Postgres: the embedded one is not in here.
FROM base AS history
COPY --from=build /out/history /app
COPY prisma/migrations /app/prisma/migrations
USER node
CMD ["node", "--max-semi-space-size=1", "--optimize-for-size", "/app/apps/history/dist/main.js"]

# The simulated outlet and the car at its other end.
FROM base AS car
COPY --from=build /out/pilotwire /app
USER node
CMD ["node", "/app/apps/pilotwire/bin/bundled.mjs", "car"]
