// SPDX-License-Identifier: Apache-2.0

/** File systems that fill up: as in deploy/alerts/nodes.yml. */
export const DISKS = 'fstype!~"tmpfs|ramfs|devtmpfs|squashfs|overlay|iso9660|erofs|nsfs|fuse.*"';
