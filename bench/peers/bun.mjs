// A chat in the form of Bun's documentation of its WebSocket server, which is uWebSockets:
// everyone subscribes to one topic, and the server publishes to it what somebody says.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, self) {
    return self.upgrade(request) ? undefined : new Response("a chat", { status: 426 });
  },
  websocket: {
    // Longer than a measurement, so that no heartbeat falls into it.
    idleTimeout: 900,
    open(socket) {
      socket.subscribe("lobby");
    },
    message(_socket, text) {
      server.publish("lobby", text);
    },
  },
});
