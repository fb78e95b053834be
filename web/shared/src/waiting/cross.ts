import { problemOf, type Problem } from '../api/problem';
import { proveAside } from './proof';
import { admissionHeader, forgetAdmissions, waitIn } from './room';

/** Several rooms may be in the way of one request, an admission may be used up, and then work may be asked for. */
const ROUNDS = 6;

/**
 * Get a request through that was refused for the crowd's sake: wait in the waiting room, do the work that is asked, and
 * send it again. `same` gives the request that was sent. What cannot be helped comes back as it was refused.
 */
export async function cross(same: () => Request, refused: Response): Promise<Response> {
  let response = refused;
  const proofs: Record<string, string> = {};
  for (let round = 0; round < ROUNDS; round++) {
    const request = same();
    const problem = await told(response);
    if (!problem || !(await overcome(problem, proofs, request.signal))) return response;
    const headers = new Headers(request.headers);
    const admission = admissionHeader();
    if (admission) headers.set('Wayfare-Admission', admission);
    if (proofs.proof) headers.set('Wayfare-Proof', proofs.proof);
    response = await fetch(new Request(request, { headers }));
  }
  return response;
}

async function told(response: Response): Promise<Problem | null> {
  if (response.status !== 429 && response.status !== 403) return null;
  try {
    return problemOf(response.status, await response.clone().json());
  } catch {
    return null; // of somebody between us and the server
  }
}

async function overcome(
  problem: Problem,
  proofs: Record<string, string>,
  signal: AbortSignal,
): Promise<boolean> {
  const { room, challenge, difficulty } = problem.facts;
  if (problem.code === 'admission_needed' && typeof room === 'string') return await waitIn(room, signal);
  if (problem.code === 'admission_refused' && admissionHeader()) {
    forgetAdmissions();
    return true;
  }
  if (
    problem.code === 'proof_of_work_needed' &&
    typeof challenge === 'string' &&
    typeof difficulty === 'number'
  ) {
    proofs.proof = await proveAside({ challenge, difficulty }, signal);
    return true;
  }
  return false;
}
