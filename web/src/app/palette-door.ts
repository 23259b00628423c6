/** Opens the palette without loading it into the first page. */
import { createSpotlight } from "@mantine/spotlight";

export const [paletteStore, palette] = createSpotlight();
export const openPalette = () => palette.open();
