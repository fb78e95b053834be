import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** What is to be worked on: the challenge of a `proof_of_work_needed`, and how many leading zero bits are asked. */
export interface Task {
  challenge: string;
  difficulty: number;
}

/** The value of the Wayfare-Proof header: the first nonce with which SHA-256 of `challenge:nonce` begins with so many zero bits. */
export function prove({ challenge, difficulty }: Task): string {
  for (let nonce = 0; ; nonce++) {
    const proof = `${challenge}:${nonce}`;
    if (leadingZeros(sha256(utf8ToBytes(proof))) >= difficulty) return proof;
  }
}

function leadingZeros(digest: Uint8Array): number {
  const at = digest.findIndex((byte) => byte !== 0);
  return at < 0 ? digest.length * 8 : at * 8 + Math.clz32(digest[at] ?? 0) - 24;
}

/** The same in a worker, so that the page stays quick. */
export function proveAside(task: Task, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL('./proof.worker.ts', import.meta.url), { type: 'module' });
    const end = (settle: () => void) => {
      worker.terminate();
      settle();
    };
    worker.onmessage = ({ data }: MessageEvent<string>) => end(() => resolve(data));
    worker.onerror = ({ message }) => end(() => reject(new Error(message)));
    signal.addEventListener('abort', () => end(() => reject(signal.reason as Error)), { once: true });
    worker.postMessage(task);
  });
}
