export { forgetBooking, forgetBookings, remember, rememberedBookings, tokenOf } from './bookings';
export { forgetHold, heldFor, keepHold } from './holds';
export { forgetKept, keep, kept } from './offline';
export { accessToken, signIn, signOut, useSignedIn } from './session';
