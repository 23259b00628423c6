/** A state in words with a dot of colour: never the colour alone. */
import classes from "./status.module.css";

export type Tone = "good" | "busy" | "bad" | "idle" | "warn";

export function Status({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={classes.status}>
      <span className={classes.dot} data-tone={tone} aria-hidden />
      {children}
    </span>
  );
}
