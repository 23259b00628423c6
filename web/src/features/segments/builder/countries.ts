/** Countries by their ISO codes, named in the reader's language by the browser. */
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
// What the browser can name but no address or phone number has: unions, tests, and states that are no more.
const NONE = new Set(["EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AN", "BU", "CS", "DD", "DY", "FX", "HV", "NH", "NT", "RH", "SU", "TP", "UK", "VD", "YD", "YU", "ZR", "AQ", "BV", "CP", "CQ", "DG", "EA", "IC", "TF", "UM"]);

export function countries(language = "en"): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter((code) => !NONE.has(code));
  return codes
    .flatMap((code) => {
      const name = names.of(code);
      return name ? [{ value: code, label: `${name} (${code})` }] : [];
    })
    .sort((a, b) => a.label.localeCompare(b.label));
}
