# Hopscope's image: engine, collector and command line. `docker compose build` makes it, `docker run --rm hopscope:0.1.0 --help` tries it.
#
# Both stages stand on Debian 12, because what is compiled is linked against Debian's DPDK 22.11, libbpf 1.1 and liburing 2.3. Any x86-64-v2
# processor runs it: nothing is tuned to the machine that built it.

FROM node:20.20.2-bookworm AS build
WORKDIR /opt/hopscope

# The packages change less often than the sources: a layer of their own.
COPY package.json package-lock.json .npmrc ./
COPY setup setup
RUN node --input-type=module -e "(await import('/opt/hopscope/setup/packages.js')).installPackages({ tests: false })"

# The set-up of every other machine. What it cannot mount or reserve while an image is built, it names and goes on; entrypoint.sh does it.
COPY CMakeLists.txt CMakePresets.json tsconfig.json ./
COPY bin bin
COPY bpf bpf
COPY engine engine
COPY native native
COPY collector collector
COPY dashboards dashboards
COPY experiments experiments
RUN node setup/setup.js

# What only builds and tests is dropped, and so is the embedded store (543 MB): in containers the store is a server.
RUN npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/chdb node_modules/@chdb

FROM node:20.20.2-bookworm-slim
# Shared libraries of engine and addon, EAL's ring mempool and DPDK's drivers (loaded at run time), and the tools that a run starts: ip, taskset, chrt, mount, sysctl.
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        libbpf1 libelf1 liburing2 libxdp1 zlib1g \
        librte-bus-pci23 librte-bus-vdev23 librte-eal23 librte-mempool-ring23 librte-net-ring23 \
        librte-net-af-packet23 librte-net-af-xdp23 librte-net-memif23 librte-net-tap23 librte-net-vhost23 librte-net-virtio23 \
        iproute2 mount procps util-linux \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/hopscope
COPY --from=build /opt/hopscope/package.json ./
COPY --from=build /opt/hopscope/node_modules node_modules
COPY --from=build /opt/hopscope/build/engine/hopscope-engine-dpdk /opt/hopscope/build/engine/hopscope-engine-netmap /opt/hopscope/build/engine/hopscope-engine-afxdp /opt/hopscope/build/engine/hopscope-engine-socket /opt/hopscope/build/engine/hopscope-journal build/engine/
COPY --from=build /opt/hopscope/build/native/hopscope.node /opt/hopscope/build/native/hopscope-disturb build/native/
COPY --from=build /opt/hopscope/build/bpf build/bpf
COPY --from=build /opt/hopscope/dist dist
COPY bin bin
COPY setup setup
COPY docker docker
COPY experiments/*.yaml experiments/
COPY dashboards/*.yaml dashboards/
# results/ too, for commands of alert rules that write beside their experiment.
RUN ln -s /opt/hopscope/bin/hopscope.js /usr/local/bin/hopscope && ln -s /var/lib/hopscope results

ENV NODE_ENV=production HOPSCOPE_RESULTS=/var/lib/hopscope
VOLUME /var/lib/hopscope
ENTRYPOINT ["/opt/hopscope/docker/entrypoint.sh"]
CMD ["doctor"]
