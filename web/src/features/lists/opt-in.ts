/** The key of the words for a list's opt-in process. */
export const optInWord = (process: string) => (process === "double_opt_in" ? "lists.double_opt_in" : "lists.single_opt_in");
