export { backFrom, forgetAway, noteAway } from './away';
export { payable, paymentMethodsQuery, type Means, type Payment, type PaymentMethod } from './methods';
export { PaymentChoice } from './PaymentChoice';
export { usePayment } from './usePayment';
