/** Below this share of known time a figure is shown with a warning, and compared with no other. */
export const LITTLE_COVERAGE = 0.95;
