/** Version of this package, written into model files and results. */
export const VERSION = "0.1.0";
