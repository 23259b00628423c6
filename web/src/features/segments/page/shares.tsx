/** How many people there are of each kind: the figure, its share, and a bar as long as the share. */
import { useFormats } from "@/lib/session";
import { shareOf } from "./crowds";
import classes from "./page.module.css";

export interface ShareRow {
  name: string;
  note?: string;
  count: number;
}

export function Shares({ label, rows, whole }: { label: string; rows: ShareRow[]; whole: number }) {
  const formats = useFormats();
  return (
    <table className={classes.shares} aria-label={label}>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.name} ${row.note ?? ""}`}>
            <th scope="row">
              <div className="clip" title={row.name}>
                {row.name} {row.note && <span className="quiet">{row.note}</span>}
              </div>
              <div className={classes.bar} aria-hidden>
                <span style={{ width: `${100 * (shareOf(row.count, whole) ?? 0)}%` }} />
              </div>
            </th>
            <td>{formats.number(row.count)}</td>
            <td className="quiet">{formats.percent(shareOf(row.count, whole))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
