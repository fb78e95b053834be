export { payable, paymentMethodsQuery, type Payment, type PaymentMethod } from './methods';
export { PaymentChoice } from './PaymentChoice';
