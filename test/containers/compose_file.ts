/** docker-compose.yml as far as it is used here; a key that is not named here is a mistake until it is. */
import { z } from 'zod';

const Environment = z.record(z.string(), z.string());
const Duration = z.string().regex(/^\d+s$/);

const Service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  privileged: z.boolean().optional(),
  pid: z.literal('host').optional(),
  ipc: z.literal('host').optional(),
  command: z.array(z.string()).optional(),
  restart: z.enum(['no', 'unless-stopped']),
  stop_grace_period: Duration.optional(),
  environment: Environment.optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  ulimits: z.record(z.string(), z.int()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  healthcheck: z.strictObject({
    test: z.tuple([z.literal('CMD')], z.string()),
    interval: Duration,
    timeout: Duration,
    retries: z.int().min(1),
    start_period: Duration,
  }),
});

export const ComposeFile = z.strictObject({
  'x-on-the-machine': z.unknown(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

export type ComposeService = z.output<typeof Service>;
