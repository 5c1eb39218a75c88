/** What the console tells the owner of a policy that blocks the chat; fetched where one does. */

export const policyWords = (origin: string, sockets: string, directive: string): string =>
  `The page's Content-Security-Policy blocks the chat (${directive}). ` +
  `It needs: script-src ${origin}; connect-src ${origin} ${sockets}`;
