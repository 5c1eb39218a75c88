// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DrawSchedule } from "../../../widget/src/ui/draw-schedule.ts";

let frames: FrameRequestCallback[];
let awaitsMessages: boolean;
let draw: ReturnType<typeof vi.fn<() => void>>;
let schedule: DrawSchedule;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  frames = [];
  awaitsMessages = false;
  vi.spyOn(window, "requestAnimationFrame").mockImplementation((next) => frames.push(next));
  draw = vi.fn<() => void>(() => schedule.done());
  schedule = new DrawSchedule(draw, () => awaitsMessages);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const nextFrame = () => {
  for (const frame of frames.splice(0)) frame(0);
};

test("the first change is drawn at once, the next ones with the next frame", async () => {
  schedule.changed();
  await Promise.resolve();
  expect(draw).toHaveBeenCalledTimes(1);
  schedule.changed();
  schedule.changed();
  await Promise.resolve();
  expect(draw).toHaveBeenCalledTimes(1);
  nextFrame();
  expect(draw).toHaveBeenCalledTimes(2);
  nextFrame();
  expect(draw).toHaveBeenCalledTimes(2);
});

test("what comes before the first messages is drawn together with them", async () => {
  awaitsMessages = true;
  schedule.changed();
  schedule.changed();
  await Promise.resolve();
  nextFrame();
  expect(draw).not.toHaveBeenCalled();
  awaitsMessages = false;
  schedule.changed();
  await Promise.resolve();
  expect(draw).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(draw).toHaveBeenCalledTimes(1);
});

test("what comes in the frame of the panel waits for the first messages too", async () => {
  schedule.changed();
  await Promise.resolve();
  expect(draw).toHaveBeenCalledTimes(1);
  awaitsMessages = true;
  schedule.changed();
  nextFrame();
  expect(draw).toHaveBeenCalledTimes(1);
  awaitsMessages = false;
  schedule.changed();
  await Promise.resolve();
  expect(draw).toHaveBeenCalledTimes(2);
});

test("it is drawn after a moment where they do not come", () => {
  schedule.changed();
  schedule.done();
  awaitsMessages = true;
  schedule.changed();
  nextFrame();
  expect(draw).not.toHaveBeenCalled();
  vi.advanceTimersByTime(150);
  expect(draw).toHaveBeenCalledTimes(1);
});

test("a chat whose messages do not come is drawn after a moment all the same", () => {
  awaitsMessages = true;
  schedule.changed();
  vi.advanceTimersByTime(149);
  expect(draw).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(draw).toHaveBeenCalledTimes(1);
  schedule.changed();
  vi.advanceTimersByTime(150);
  expect(draw).toHaveBeenCalledTimes(2);
});

test("a hidden tab, which has no frames, is drawn by the clock", async () => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  schedule.changed();
  schedule.changed();
  await Promise.resolve();
  expect(draw).not.toHaveBeenCalled();
  vi.advanceTimersByTime(250);
  expect(draw).toHaveBeenCalledTimes(1);
  expect(frames).toEqual([]);
});
