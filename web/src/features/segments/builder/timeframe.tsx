/** "in the last 30 days": when something happened. */
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DateFilter } from "@/lib/definition";
import { DateFields } from "../filter-fields";
import { dateFilterFor, type DateOperator } from "../operators";
import { useRefused } from "./problems";

interface TimeframeProps {
  filter: DateFilter | null | undefined;
  among: readonly DateOperator[];
  at: string;
  /** What no time frame at all is called, where that is possible. */
  none?: string;
  /** Something that is no date, such as "ever", is chosen instead. */
  onChange: (filter: DateFilter | undefined) => void;
}

const NONE = "";
const BEGIN: DateFilter = { type: "date", operator: "in-the-last", quantity: 30, unit: "day" };

export function Timeframe({ filter, among, at, none, onChange }: TimeframeProps) {
  const { t } = useTranslation();
  const refused = useRefused();
  const chosen = filter?.operator;
  const operators = chosen && !among.includes(chosen) ? [...among, chosen] : among;
  return (
    <>
      <Select
        w={chosen?.startsWith("anniversary") ? 230 : 150}
        aria-label={t("segments.timeframe")}
        allowDeselect={false}
        maxDropdownHeight={360}
        comboboxProps={{ width: "max-content", position: "bottom-start" }}
        value={chosen ?? NONE}
        error={refused(`${at}/operator`)}
        onChange={(operator) => operator !== null && onChange(operator === NONE ? undefined : dateFilterFor(operator as DateOperator, filter ?? BEGIN))}
        data={[...(none === undefined ? [] : [{ value: NONE, label: none }]), ...operators.map((value) => ({ value, label: t(`segments.date_${value}`) }))]}
      />
      {filter && <DateFields filter={filter} at={at} onChange={onChange} />}
    </>
  );
}
