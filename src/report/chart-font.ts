import { ReconError } from "../recon-error";

/** What the picture renderer needs to know about fonts. */
export interface FontOptions {
  readonly loadSystemFonts: boolean;
  readonly fontFiles: string[];
  readonly defaultFontFamily: string;
}

const FONT_FILES = [
  "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
  "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
];
// What Inter has letters for: Latin, Greek, Cyrillic, punctuation, arrows, mathematical signs.
const BEYOND_INTER = /[^\u0000-\u052f\u1e00-\u2bff]/;

/**
 * The fonts a chart's picture is set in. Inter comes with the product, so that the same chart is the same picture on every machine,
 * also on one without any font; the system's fonts (some 10 ms a picture) join in only for letters Inter lacks.
 *
 * @param text all that will be written in the picture
 */
export function chartFont(text: string): FontOptions {
  return { loadSystemFonts: BEYOND_INTER.test(text), fontFiles: fontFiles(), defaultFontFamily: "Inter" };
}

function fontFiles(): string[] {
  try {
    return FONT_FILES.map((file) => require.resolve(file));
  } catch (cause) {
    throw new ReconError(
      "chart_font_missing",
      "The font for charts, @expo-google-fonts/inter, is not installed. Run: npm ci",
      { cause },
    );
  }
}
