import { DatePicker } from "@mantine/dates";
import "@mantine/dates/styles.css";
import { useState } from "react";

export default function RangeCalendar({ onRange }: { onRange: (first: string, last: string) => void }) {
  const [range, setRange] = useState<[string | null, string | null]>([null, null]);
  return (
    <DatePicker
      type="range"
      value={range}
      maxDate={new Date()}
      onChange={(next) => {
        setRange(next);
        if (next[0] && next[1]) onRange(next[0].slice(0, 10), next[1].slice(0, 10));
      }}
    />
  );
}
