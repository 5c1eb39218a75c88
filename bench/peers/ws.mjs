// A chat in the form of the examples of `ws`: what one says, everyone gets.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  backlog: 4096,
});
server.on("connection", (socket) => {
  socket.on("message", (text) => {
    const said = text.toString();
    for (const other of server.clients) other.send(said);
  });
});
