/** Icons that no other part of the chat has. */

export const ICONS = {
  lock: "M6 11h12v9.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  room: "M9.5 4L7.5 20M16.5 4l-2 16M4.5 9.5h16M3.5 15h16",
  save: "M12 4v10.5M7.5 10.5l4.5 4.5 4.5-4.5M4.5 19.5h15",
  window: "M13.500 4.500H19.500V10.500M19.500 4.500L11 13M10 6H4.500v13.500H18V14",
} as const;
