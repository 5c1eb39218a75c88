/** Icons that no other part of the chat has. */

export const ICONS = {
  news: "M4 10v4h3l8 4.500v-13L7 10zM18.500 9.500a3.500 3.500 0 0 1 0 5M8 14.500V19h3",
  next: "M9.500 6l6 6-6 6",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5.500",
} as const;
