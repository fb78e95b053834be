export { forgetBooking, forgetBookings, remember, rememberedBookings, tokenOf } from './bookings';
export { forgetHold, heldFor, keepHold } from './holds';
export { accessToken, signIn, signOut, useSignedIn } from './session';
