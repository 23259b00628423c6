/** Every page and its address, in one table. Each page is a file of its own that loads when it is opened. */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { ApiError } from "@/lib/api";
import { sessionQuery } from "@/lib/session";
import type { EventSearch } from "@/features/events/search";
import type { SegmentsSearch } from "@/features/segments/list";
import type { SegmentSearch } from "@/features/segments/page/search";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { NotFound } from "./not-found";
import { Shell } from "./shell";

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

const text = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: text(search.next) }),
  component: lazyRouteComponent(() => import("@/features/session/login"), "Login"),
});

async function needSession({ context, location }: { context: { queries: QueryClient }; location: { href: string } }) {
  try {
    await context.queries.ensureQueryData(sessionQuery);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403 || error.status === 404)) {
      const next = location.href === "/" ? undefined : location.href;
      throw redirect({ to: "/login", search: { next } });
    }
    throw error;
  }
}

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: Shell,
  beforeLoad: needSession,
  errorComponent: ({ error, reset }) => (
    <div style={{ maxWidth: 520, margin: "80px auto" }}>
      <ErrorNote error={error} retry={reset} />
    </div>
  ),
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  validateSearch: (search: Record<string, unknown>): { period?: string } => ({ period: text(search.period) }),
  component: lazyRouteComponent(() => import("@/features/home/home-page"), "HomePage"),
});

const profiles = createRoute({
  getParentRoute: () => signedIn,
  path: "/profiles",
  validateSearch: (search: Record<string, unknown>): { search?: string; sort?: string; consent?: string } => ({ search: text(search.search), sort: text(search.sort), consent: text(search.consent) }),
  component: lazyRouteComponent(() => import("@/features/profiles/profiles-page"), "ProfilesPage"),
});

const profile = createRoute({
  getParentRoute: () => signedIn,
  path: "/profiles/$id",
  validateSearch: (search: Record<string, unknown>): { metric?: string; merged?: string } => ({ metric: text(search.metric), merged: text(search.merged) }),
  component: lazyRouteComponent(() => import("@/features/profiles/profile-page"), "ProfilePage"),
});

const duplicates = createRoute({
  getParentRoute: () => signedIn,
  path: "/profiles/duplicates",
  component: lazyRouteComponent(() => import("@/features/profiles/duplicates-page"), "DuplicatesPage"),
});

const privacy = createRoute({
  getParentRoute: () => signedIn,
  path: "/profiles/privacy",
  component: lazyRouteComponent(() => import("@/features/profiles/privacy-page"), "PrivacyPage"),
});

const lists = createRoute({
  getParentRoute: () => signedIn,
  path: "/lists",
  component: lazyRouteComponent(() => import("@/features/lists/lists-page"), "ListsPage"),
});

const list = createRoute({
  getParentRoute: () => signedIn,
  path: "/lists/$id",
  component: lazyRouteComponent(() => import("@/features/lists/list-page"), "ListPage"),
});

const consentOverview = createRoute({
  getParentRoute: () => signedIn,
  path: "/consent",
  validateSearch: (search: Record<string, unknown>): { period?: string } => ({ period: text(search.period) }),
  component: lazyRouteComponent(() => import("@/features/consent/consent-page"), "ConsentPage"),
});

const consentSettings = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/consent",
  component: lazyRouteComponent(() => import("@/features/consent/settings-page"), "ConsentSettingsPage"),
});

const segments = createRoute({
  getParentRoute: () => signedIn,
  path: "/segments",
  validateSearch: (search: Record<string, unknown>): SegmentsSearch => ({ search: text(search.search), only: text(search.only), sort: text(search.sort) }),
  component: lazyRouteComponent(() => import("@/features/segments/segments-page"), "SegmentsPage"),
});

const newSegment = createRoute({
  getParentRoute: () => signedIn,
  path: "/segments/new",
  component: lazyRouteComponent(() => import("@/features/segments/segment-editor"), "NewSegmentPage"),
});

const compareSegments = createRoute({
  getParentRoute: () => signedIn,
  path: "/segments/compare",
  validateSearch: (search: Record<string, unknown>): { left?: string; right?: string } => ({ left: text(search.left), right: text(search.right) }),
  component: lazyRouteComponent(() => import("@/features/segments/compare-page"), "CompareSegmentsPage"),
});

const segment = createRoute({
  getParentRoute: () => signedIn,
  path: "/segments/$id",
  validateSearch: (search: Record<string, unknown>): SegmentSearch => ({
    tab: text(search.tab),
    period: text(search.period),
    search: text(search.search),
    sort: text(search.sort),
    on: text(search.on),
    moves: text(search.moves),
    with: text(search.with),
  }),
  component: lazyRouteComponent(() => import("@/features/segments/segment-page"), "SegmentPage"),
});

const editSegment = createRoute({
  getParentRoute: () => signedIn,
  path: "/segments/$id/edit",
  component: lazyRouteComponent(() => import("@/features/segments/segment-editor"), "EditSegmentPage"),
});

const campaigns = createRoute({
  getParentRoute: () => signedIn,
  path: "/campaigns",
  validateSearch: (search: Record<string, unknown>): { search?: string; sort?: string; status?: string; audience?: string } => ({
    search: text(search.search),
    sort: text(search.sort),
    status: text(search.status),
    audience: text(search.audience),
  }),
  component: lazyRouteComponent(() => import("@/features/campaigns/campaigns-page"), "CampaignsPage"),
});

const campaign = createRoute({
  getParentRoute: () => signedIn,
  path: "/campaigns/$id",
  component: lazyRouteComponent(() => import("@/features/campaigns/campaign-page"), "CampaignPage"),
});

const metrics = createRoute({
  getParentRoute: () => signedIn,
  path: "/analytics/metrics",
  validateSearch: (search: Record<string, unknown>): { search?: string; sort?: string; show?: string } => ({ search: text(search.search), sort: text(search.sort), show: text(search.show) }),
  component: lazyRouteComponent(() => import("@/features/metrics/metrics-page"), "MetricsPage"),
});

const metric = createRoute({
  getParentRoute: () => signedIn,
  path: "/analytics/metrics/$id",
  validateSearch: (search: Record<string, unknown>): { period?: string; interval?: string; by?: string; measure?: string } => ({
    period: text(search.period),
    interval: text(search.interval),
    by: text(search.by),
    measure: text(search.measure),
  }),
  component: lazyRouteComponent(() => import("@/features/metrics/metric-page"), "MetricPage"),
});

const customMetrics = createRoute({
  getParentRoute: () => signedIn,
  path: "/analytics/custom-metrics",
  component: lazyRouteComponent(() => import("@/features/metrics/custom-metrics-page"), "CustomMetricsPage"),
});

const customMetric = createRoute({
  getParentRoute: () => signedIn,
  path: "/analytics/custom-metrics/$id",
  component: lazyRouteComponent(() => import("@/features/metrics/custom-metric-page"), "CustomMetricPage"),
});

const mappedMetrics = createRoute({
  getParentRoute: () => signedIn,
  path: "/analytics/mapped-metrics",
  component: lazyRouteComponent(() => import("@/features/metrics/mapped-metrics-page"), "MappedMetricsPage"),
});

const events = createRoute({
  getParentRoute: () => signedIn,
  path: "/analytics/events",
  validateSearch: (search: Record<string, unknown>): EventSearch => ({
    metric: text(search.metric),
    period: text(search.period),
    property: text(search.property),
    operator: text(search.operator),
    value: text(search.value),
    text: text(search.text),
    email: text(search.email),
    event: text(search.event),
  }),
  component: lazyRouteComponent(() => import("@/features/events/events-page"), "EventsPage"),
});

const properties = createRoute({
  getParentRoute: () => signedIn,
  path: "/properties",
  validateSearch: (search: Record<string, unknown>): { search?: string; property?: string; hidden?: string } => ({ search: text(search.search), property: text(search.property), hidden: text(search.hidden) }),
  component: lazyRouteComponent(() => import("@/features/properties/properties-page"), "PropertiesPage"),
});

const outbox = createRoute({
  getParentRoute: () => signedIn,
  path: "/outbox",
  validateSearch: (search: Record<string, unknown>): { search?: string; message?: string } => ({ search: text(search.search), message: text(search.message) }),
  component: lazyRouteComponent(() => import("@/features/outbox/outbox-page"), "OutboxPage"),
});

const apiKeys = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/api-keys",
  component: lazyRouteComponent(() => import("@/features/settings/api-keys-page"), "ApiKeysPage"),
});

const webhooks = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/webhooks",
  component: lazyRouteComponent(() => import("@/features/settings/webhooks-page"), "WebhooksPage"),
});

const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/webhooks/$id",
  component: lazyRouteComponent(() => import("@/features/settings/webhook-page"), "WebhookPage"),
});

const tracking = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/tracking",
  component: lazyRouteComponent(() => import("@/features/settings/tracking-page"), "TrackingPage"),
});

const apps = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/apps",
  component: lazyRouteComponent(() => import("@/features/settings/apps-page"), "AppsPage"),
});

const consent = createRoute({
  getParentRoute: () => root,
  path: "/oauth/authorize",
  beforeLoad: needSession,
  component: lazyRouteComponent(() => import("@/features/settings/consent-page"), "ConsentPage"),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/account",
  component: lazyRouteComponent(() => import("@/features/settings/account-page"), "AccountPage"),
});

const imports = createRoute({
  getParentRoute: () => signedIn,
  path: "/imports",
  component: lazyRouteComponent(() => import("@/features/imports/imports-page"), "ImportsPage"),
});

const importJob = createRoute({
  getParentRoute: () => signedIn,
  path: "/imports/$id",
  component: lazyRouteComponent(() => import("@/features/imports/import-page"), "ImportPage"),
});

const exports = createRoute({
  getParentRoute: () => signedIn,
  path: "/exports",
  component: lazyRouteComponent(() => import("@/features/exports/exports-page"), "ExportsPage"),
});

const move = createRoute({
  getParentRoute: () => signedIn,
  path: "/move-from-klaviyo",
  component: lazyRouteComponent(() => import("@/features/imports/move-page"), "MovePage"),
});

const status = createRoute({
  getParentRoute: () => signedIn,
  path: "/status",
  component: lazyRouteComponent(() => import("@/features/settings/status-page"), "StatusPage"),
});

const tree = root.addChildren([
  login,
  consent,
  signedIn.addChildren([
    home,
    profiles,
    duplicates,
    privacy,
    profile,
    lists,
    list,
    segments,
    newSegment,
    compareSegments,
    segment,
    editSegment,
    campaigns,
    campaign,
    metrics,
    metric,
    customMetrics,
    customMetric,
    mappedMetrics,
    events,
    properties,
    outbox,
    apiKeys,
    webhooks,
    webhook,
    tracking,
    apps,
    consentOverview,
    consentSettings,
    account,
    imports,
    importJob,
    exports,
    move,
    status,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    defaultPendingComponent: Loading,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ({ error, reset }) => (
      <Page title="Cairn">
        <ErrorNote error={error} retry={reset} />
      </Page>
    ),
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
