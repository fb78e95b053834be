import { describe, expect, it } from 'vitest';
import { directionOf, formatTag, negotiate } from './locales';

describe('languages', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['sv', 'hi-IN'], 'hi'],
    [['sv'], 'en'],
    [[], 'en'],
  ])('of %o the app speaks', (wanted, locale) => expect(negotiate(wanted)).toBe(locale));

  it('dates are written in the visitor’s own variety', () => {
    expect(formatTag('de', ['en-US', 'de-AT'])).toBe('de-AT');
    expect(formatTag('en', ['fr'])).toBe('en-GB');
    expect(formatTag('ar', ['en-US'])).toBe('ar');
  });

  it('Arabic is read from right to left', () => {
    expect([directionOf('ar'), directionOf('hi')]).toEqual(['rtl', 'ltr']);
  });
});
