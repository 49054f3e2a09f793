/** Version of this package. Model files and results record it. */
export const VERSION = "0.1.0";
