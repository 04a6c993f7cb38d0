/** A dashboard from its sections. */
import { DashboardBuilder, DashboardCursorSync, DashboardLinkBuilder, DashboardLinkType, RowBuilder, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { AnyPanel } from './panel.js';
import type { Variable } from './variable.js';

/** Every dashboard bears it; the links at the top of each list all that do. */
const TAG = 'hopscope';

export interface Section {
  readonly title: string;
  /** From left to right; the row is full at a width of 24. */
  readonly panels: readonly AnyPanel[];
}

export interface Page {
  /** Stays for good: links and bookmarks hold it. Also the name of its file. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Variable[];
  readonly sections: readonly Section[];
  /** Live pages draw themselves again. */
  readonly refresh: '5s' | 'off';
}

/* eslint-disable @typescript-eslint/no-deprecated -- the classic model: the one that every Grafana reads from provisioned files, the SDK's new one only the newest */
export function buildDashboard(page: Page): Dashboard {
  const builder = new DashboardBuilder(`Hopscope: ${page.title}`)
    .uid(page.uid)
    .description(page.description)
    .tags([TAG])
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-15m', to: 'now' })
    .refresh(page.refresh === 'off' ? '' : page.refresh)
    .variables([...page.variables])
    .link(new DashboardLinkBuilder('Hopscope').type(DashboardLinkType.Dashboards).tags([TAG]).asDropdown(true).keepTime(true).includeVars(true));
  for (const { title, panels } of page.sections) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  const built = builder.build();
  // Grafana numbers panels that have no id anew with each import; a fixed number keeps the links to a panel.
  built.panels?.forEach((panel, index) => (panel.id = index + 1));
  return built;
}
