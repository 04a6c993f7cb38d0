/** Configuration of the services around the collector, as docker-compose.yml names them. */
import { CLICKHOUSE, PROMETHEUS } from './datasource.js';
import { COLLECTOR_JOB } from './promql.js';
import { SCRAPE_SECONDS } from './rules/condition.js';
import { SOURCE } from './rules/prometheus_rules.js';

export const PROMETHEUS_CONFIG = {
  global: { scrape_interval: `${SCRAPE_SECONDS}s`, scrape_timeout: `${SCRAPE_SECONDS}s`, evaluation_interval: `${SCRAPE_SECONDS}s` },
  rule_files: ['rules.yml'],
  alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
  scrape_configs: [
    { job_name: COLLECTOR_JOB, static_configs: [{ targets: ['collector:9464'] }] },
    { job_name: 'prometheus', scrape_interval: '15s', scrape_timeout: '10s', static_configs: [{ targets: ['127.0.0.1:9090'] }] },
    { job_name: 'alertmanager', scrape_interval: '15s', scrape_timeout: '10s', static_configs: [{ targets: ['alertmanager:9093'] }] },
  ],
};

/** Alerts arrive from the collector, and once more from Prometheus, which judges the same rules by what it scraped. */
export const ALERTMANAGER_CONFIG = {
  // Longer than Prometheus may be ahead of the collector: the notification is then the collector's.
  route: { receiver: 'nobody', group_by: ['alertname', 'experiment', 'variant'], group_wait: '2s', group_interval: '10s', repeat_interval: '4h' },
  inhibit_rules: [
    { source_matchers: [`source!="${SOURCE.source}"`], target_matchers: [`source="${SOURCE.source}"`], equal: ['alertname'] },
  ],
  receivers: [{ name: 'nobody' }],
};

export const DATASOURCES = {
  apiVersion: 1,
  prune: true,
  datasources: [
    {
      name: 'Hopscope metrics', ...PROMETHEUS, access: 'proxy', url: 'http://prometheus:9090', isDefault: true, editable: false,
      jsonData: { httpMethod: 'POST', timeInterval: `${SCRAPE_SECONDS}s`, prometheusType: 'Prometheus' },
    },
    {
      name: 'Hopscope store', ...CLICKHOUSE, access: 'proxy', editable: false,
      jsonData: { host: 'clickhouse', port: 8123, protocol: 'http', secure: false, username: 'grafana', defaultDatabase: 'hopscope', dialTimeout: '10', queryTimeout: '60' },
      secureJsonData: { password: '$HOPSCOPE_GRAFANA_STORE_PASSWORD' },
    },
  ],
};

export const DASHBOARD_PROVIDER = {
  apiVersion: 1,
  providers: [
    {
      name: 'hopscope', orgId: 1, folder: 'Hopscope', folderUid: 'hopscope', type: 'file', disableDeletion: true, allowUiUpdates: false,
      updateIntervalSeconds: 60, options: { path: '/etc/grafana/dashboards' },
    },
  ],
};
