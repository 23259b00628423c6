/** Which stretch of time a page looks at; kept in the URL by the page that shows it. */
import { Button, Group, Popover, SegmentedControl } from "@mantine/core";
import { IconCalendar } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { days, isPreset, preset, PRESETS, type Period, type PresetName } from "@/lib/period";
import { useFormats } from "@/lib/session";

const RangeCalendar = lazy(() => import("./range-calendar"));

export interface PeriodSearch {
  period?: string;
}

/** "30d" or "2026-01-01..2026-01-31" as the URL has it; anything else is the default. */
export function periodOf(text: string | undefined, timezone: string, fallback: PresetName = "30d"): Period {
  if (isPreset(text)) return preset(text, timezone);
  const range = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(text ?? "");
  if (range?.[1] && range[2]) return days(range[1], range[2], timezone);
  return preset(fallback, timezone);
}

interface PeriodPickerProps {
  value: string;
  onChange: (value: string) => void;
}

export function PeriodPicker({ value, onChange }: PeriodPickerProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [open, setOpen] = useState(false);
  const custom = !isPreset(value);
  const period = periodOf(value, formats.timezone);
  const last = new Date(Date.parse(period.end) - 1);
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={t("period.label")}
        value={custom ? "" : value}
        onChange={onChange}
        data={(Object.keys(PRESETS) as PresetName[]).map((name) => ({ value: name, label: t(`period.${name}`) }))}
      />
      <Popover opened={open} onChange={setOpen} shadow="md" position="bottom-end">
        <Popover.Target>
          <Button variant="default" size="xs" leftSection={<IconCalendar size={14} />} onClick={() => setOpen(!open)}>
            {custom ? `${formats.date(period.start)} – ${formats.date(last)}` : t("period.custom")}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Suspense>
            <RangeCalendar
              onRange={(first, final) => {
                setOpen(false);
                onChange(`${first}..${final}`);
              }}
            />
          </Suspense>
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}
