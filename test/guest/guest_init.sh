#!/bin/busybox sh
# The guest's first process. It takes the host's own file tree, read-only and over 9p, as its root, and runs /mnt/guest.sh of the test there;
# /mnt is the test's folder on the host.
B=/bin/busybox
$B mkdir -p /proc /sys /dev /host
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
for module in /modules/*; do $B insmod "$module" || echo "guest: $module does not load"; done
$B mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /host || echo 'guest: no file tree from the host'
for folder in proc sys dev; do $B mount --move /$folder /host/$folder; done
$B chroot /host /bin/sh -c '
  mount -t tmpfs run /run
  mkdir -p /dev/shm /dev/hugepages
  mount -t tmpfs shm /dev/shm
  mount -t hugetlbfs hugetlbfs /dev/hugepages
  mount -t bpf bpf /sys/fs/bpf
  mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=none test /mnt
  ip link set lo up
  sh -e /mnt/guest.sh
  echo "guest: ended with $?"'
$B poweroff -f
