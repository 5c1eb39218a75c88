// A chat in the form of Socket.IO's own tutorial. With a second word, through its Redis adapter.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, redisUrl] = process.argv.slice(2);
const http = createServer();
// Longer than a measurement, so that no heartbeat falls into it.
const io = new Server(http, { transports: ["websocket"], pingInterval: 120_000 });
if (redisUrl) {
  const publisher = createClient({ url: redisUrl });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  io.adapter(createAdapter(publisher, subscriber));
}
io.on("connection", (socket) => {
  socket.on("message", (text) => io.emit("message", text));
});
http.listen({ host: "127.0.0.1", port: Number(port), backlog: 4096 });
