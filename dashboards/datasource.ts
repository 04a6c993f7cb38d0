/** The two data sources of every panel, by uids that stay: dashboards, alert rules and provisioning name them. */
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** Grafana's plugin for ClickHouse; it speaks HTTP with a server and with the embedded store alike. */
export const CLICKHOUSE = { type: 'grafana-clickhouse-datasource', uid: 'hopscope-clickhouse' } as const satisfies DataSourceRef;

export const PROMETHEUS = { type: 'prometheus', uid: 'hopscope-prometheus' } as const satisfies DataSourceRef;
