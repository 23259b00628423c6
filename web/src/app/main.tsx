import "@fontsource-variable/inter";
import "@/ui/mantine.css";
import "@mantine/notifications/styles.css";
import "@/ui/base.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError, onSignedOut } from "@/lib/api";
import { theme } from "@/ui/theme";
import { complain } from "@/ui/toast";
import { startWords } from "./i18n";
import { makeRouter } from "./router";

startWords();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (!mutation.meta?.quiet) complain(error);
    },
  }),
});

const router = makeRouter(queries);

onSignedOut(() => {
  queries.clear();
  if (router.state.location.pathname !== "/login") void router.navigate({ to: "/login", search: { next: router.state.location.href } });
});

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
