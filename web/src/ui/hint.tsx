/** A quiet word to somebody who is new here. */
import { IconBulb } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./page.module.css";

export function Hint({ children }: { children: ReactNode }) {
  return (
    <aside className={classes.hint}>
      <IconBulb size={18} stroke={1.7} aria-hidden />
      <div>{children}</div>
    </aside>
  );
}
