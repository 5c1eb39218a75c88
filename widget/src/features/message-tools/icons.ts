/** Icons that no other part of the chat has. */

export const ICONS = {
  smile: "smile",
  reply: "M10 6L4.5 11.5L10 17M4.5 11.5H14a6 6 0 0 1 6 6V19",
  plus: "M12 5.5v13M5.5 12h13",
  more: "M4.7 12h.6M11.7 12h.6M18.7 12h.6",
  copy: "M9 9h11v11H9zM5.5 15H4V4h11v1.5",
  link: "M10 14a4.5 4.5 0 0 0 6.4 0l3-3A4.5 4.5 0 0 0 13 4.6l-1 1M14 10a4.5 4.5 0 0 0-6.4 0l-3 3A4.5 4.5 0 0 0 11 19.4l1-1",
  edit: "M14.5 5.5l4 4L8 20H4v-4z",
  bin: "M4.5 7h15M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5",
  hide: "M3 3l18 18M10 6.2A9.7 9.7 0 0 1 21.5 12a13 13 0 0 1-2.4 3.2M6 7.8A12.6 12.6 0 0 0 2.5 12c2.5 5 8 7 12.5 5.4",
  flag: "M5.5 21V4H18l-2.5 4.5L18 13H5.5",
  shield: "M12 3l7.5 3v5.5c0 4.5-3 7.6-7.5 9.5-4.5-1.9-7.5-5-7.5-9.5V6z",
} as const;
