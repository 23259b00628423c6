/** The one theme: neutral greys, one accent, dense 14-pixel text. */
import { Button, createTheme, Input, Modal, Paper, Table, Tooltip, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#effaf8",
  "#d6f1ec",
  "#aee2d9",
  "#7fcfc3",
  "#4fb8aa",
  "#2a9d90",
  "#158479",
  "#0f766e",
  "#115e59",
  "#134e4a",
];

const gray: MantineColorsTuple = [
  "#f8f9fa",
  "#f1f3f4",
  "#e6e8ea",
  "#d9dcdf",
  "#c3c8cc",
  "#9aa1a7",
  "#646c73",
  "#495057",
  "#32383e",
  "#1f2428",
];

const dark: MantineColorsTuple = [
  "#d5d8db",
  "#b4b9be",
  "#9298a0",
  "#5d646c",
  "#3b4148",
  "#2d3238",
  "#23272c",
  "#181b1f",
  "#131518",
  "#0e1012",
];

export const theme = createTheme({
  colors: { accent, gray, dark },
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  luminanceThreshold: 0.32,
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace",
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "16px", xl: "20px" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "3px", sm: "6px", md: "8px", lg: "10px", xl: "16px" },
  defaultRadius: "sm",
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "20px", lineHeight: "28px" },
      h2: { fontSize: "15px", lineHeight: "22px" },
      h3: { fontSize: "14px", lineHeight: "20px" },
    },
  },
  cursorType: "pointer",
  focusRing: "auto",
  components: {
    Button: Button.extend({
      defaultProps: { size: "sm" },
      vars: (_theme, props) => ({
        root: props.size && props.size !== "sm" ? {} : { "--button-height": "32px", "--button-padding-x": "12px", "--button-fz": "14px" },
      }),
    }),
    Input: Input.extend({
      vars: (_theme, props) => ({
        wrapper: props.size && props.size !== "sm" ? {} : { "--input-height": "32px", "--input-fz": "14px" },
        input: {},
      }),
    }),
    InputWrapper: Input.Wrapper.extend({ styles: { label: { marginBottom: 4 }, description: { marginBottom: 4 } } }),
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } }),
    Paper: Paper.extend({ defaultProps: { shadow: undefined } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: "sm" } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: false, openDelay: 300 } }),
  },
});
