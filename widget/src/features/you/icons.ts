/** Paths of the icons that the sheet alone draws, as those of parts/icons.tsx. */

export const ICONS = {
  ignore:
    "M4 4l16 16M9.9 5.3A10.4 10.4 0 0 1 12 5c5.500 0 9 7 9 7a16 16 0 0 1-3 3.700M6.300 7.400A16 16 0 0 0 3 12s3.500 7 9 7a9 9 0 0 0 4.300-1.100M9.900 9.900a3 3 0 0 0 4.200 4.200",
  rules: "M6 4h11a1 1 0 0 1 1 1v15H7a2 2 0 0 1-2-2V5a1 1 0 0 1 1-1zM5 18a2 2 0 0 1 2-2h11",
  sound:
    "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a7.800 7.800 0 0 1 0 11",
  take: "M12 4v11M7 10.500l5 5 5-5M4.500 20h15",
  trash: "M4 7h16M9 7V4.500h6V7M6.500 7l1 12.500h9l1-12.500M10 11v5M14 11v5",
} as const;
