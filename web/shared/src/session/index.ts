export { accessToken, signIn, signOut, useSignedIn } from './session';
