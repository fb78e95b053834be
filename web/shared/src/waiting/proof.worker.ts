import { prove, type Task } from './proof';

addEventListener('message', ({ data }: MessageEvent<Task>) => {
  postMessage(prove(data));
});
