/** HOPSCOPE_DENY=user_ringbuf,btf: features to do without, as `probes.deny` in the file. Their names are checked where they are used. */
export function deniedFeatures(): readonly string[] {
  return (process.env.HOPSCOPE_DENY ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
}
