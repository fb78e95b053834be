// Made by `npm run client` from the OpenAPI document. Do not edit.

export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Signing Keys
         * @description The public keys of access tokens (RFC 7517).
         */
        get: operations["get_signing_keys__well_known_jwks_json_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process runs */
        get: operations["livez_livez_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["exposition_metrics_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests can be answered */
        get: operations["readyz_readyz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask For Reset
         * @description Ask for a link to choose a new password. The answer is always the same.
         */
        post: operations["ask_for_reset_v1_auth_password_reset_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password-reset/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset Password
         * @description Choose a new password by the token of the letter; every device is signed out.
         */
        post: operations["reset_password_v1_auth_password_reset_confirm_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke Token
         * @description Sign the device of a token out, at once and everywhere (RFC 7009). An unknown token is no error.
         */
        post: operations["revoke_token_v1_auth_revoke_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get Tokens
         * @description Log in by password, or get the next tokens for a refresh token, which works once (RFC 6749).
         *
         *     Where a second factor is enrolled, a right password is answered by 403 `second_factor_needed` with a
         *     `challenge`; that and a `code` log in.
         */
        post: operations["get_tokens_v1_auth_token_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List My Bookings
         * @description My bookings, the newest first; `next` of one page is `before` of the next.
         */
        get: operations["list_my_bookings_v1_bookings_get"];
        put?: never;
        /**
         * Place Booking
         * @description Book a hold or an offer, pay, and get the tickets. With a customer's access token the booking is theirs.
         */
        post: operations["place_booking_v1_bookings_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Booking
         * @description One booking; staff see those that travel with their operator, and that they did is recorded.
         */
        get: operations["get_booking_v1_bookings__locator__get"];
        put?: never;
        post?: never;
        /**
         * Delete Booking
         * @description Cancel for what is given back now.
         */
        delete: operations["delete_booking_v1_bookings__locator__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Booking
         * @description Cancel for what a refund offer promised.
         */
        post: operations["cancel_booking_v1_bookings__locator__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/exchange": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange Booking
         * @description Change to another trip: all of it, or the booking stays as it is and nothing is paid.
         */
        post: operations["exchange_booking_v1_bookings__locator__exchange_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/exchange-offers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make Exchange Offers
         * @description Other trips for the same passengers, and what changing to them costs; good for ten minutes.
         */
        post: operations["make_exchange_offers_v1_bookings__locator__exchange_offers_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/invoices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Invoices
         * @description Invoices and credit notes, one for each operator whenever money was taken or given back.
         */
        get: operations["list_invoices_v1_bookings__locator__invoices_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/invoices/{number}.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Invoice
         * @description One invoice or credit note.
         */
        get: operations["get_invoice_v1_bookings__locator__invoices__number__pdf_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/passengers/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Passenger
         * @description Another name: free before there are tickets, then as the fare allows; the ticket is issued anew.
         */
        patch: operations["change_passenger_v1_bookings__locator__passengers__number__patch"];
        trace?: never;
    };
    "/v1/bookings/{locator}/refund-offers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make Refund Offer
         * @description What cancelling would give back, for everybody or for some; good for ten minutes.
         */
        post: operations["make_refund_offer_v1_bookings__locator__refund_offers_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/tickets.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Tickets
         * @description All tickets of a booking, a page each.
         */
        get: operations["get_tickets_v1_bookings__locator__tickets_pdf_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/tickets/{number}.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Ticket (ics)
         * @description One ticket as an event of a calendar.
         */
        get: operations["get_ticket_ics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/tickets/{number}.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Ticket
         * @description One ticket: 1 is the first passenger on the first leg.
         */
        get: operations["get_ticket_v1_bookings__locator__tickets__number__pdf_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/tickets/{number}.pkpass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Ticket (pkpass)
         * @description One ticket as a pass for Apple Wallet. 404 `wallet_not_configured` where nothing may sign one.
         */
        get: operations["get_ticket_pkpass"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/{locator}/tickets/{number}.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Ticket (svg)
         * @description The barcode of one ticket, to show on a screen: black on nothing.
         */
        get: operations["get_ticket_svg"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Claim Bookings
         * @description Make what I booked as a guest mine: the bookings whose contact is the verified address of my account.
         */
        post: operations["claim_bookings_v1_bookings_claim_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bookings/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look Up Booking
         * @description A guest's access token for a booking, by locator and e-mail address.
         */
        post: operations["look_up_booking_v1_bookings_lookup_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register Customer
         * @description Ask for an account. A letter to the address says what comes next; the answer is always the same.
         */
        post: operations["register_customer_v1_customers_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify Email
         * @description Confirm the address by the token of the letter: now there is an account.
         */
        post: operations["verify_email_v1_customers_verify_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/departures/{departure_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The calls of a departure */
        get: operations["get_departure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/departures/{departure_id}/path": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The way of a departure on a map
         * @description From call to call of a leg, along the feed's shape where it has one.
         */
        get: operations["get_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/departures/{departure_id}/seats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Seats
         * @description The layout with each unit's state for a leg; for the whole way without `from` and `to`.
         */
        get: operations["get_seats_v1_departures__departure_id__seats_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/departures/{departure_id}/seats/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow Seats
         * @description Units that are taken and given back, for a leg, about once a second.
         *
         *     First every unit (`seats`), then those that change (`changes`); who comes back with Last-Event-ID is not told
         *     again what it knows. A stream ends after a quarter of a minute, and the browser asks again by itself.
         *     429: too many from this address; 503: too many here.
         */
        get: operations["follow_seats_v1_departures__departure_id__seats_events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Place Hold
         * @description Hold units for an offer while the customer pays.
         */
        post: operations["place_hold_v1_holds_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/holds/{hold_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Hold
         * @description Look at a hold.
         */
        get: operations["get_hold_v1_holds__hold_id__get"];
        put?: never;
        post?: never;
        /**
         * Release Hold
         * @description Let a hold go. A hold that a booking has confirmed stays: cancel the booking.
         */
        delete: operations["release_hold_v1_holds__hold_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Me
         * @description My account.
         */
        get: operations["get_me_v1_me_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Me
         * @description Change what is given; a phone number of null is removed.
         */
        patch: operations["change_me_v1_me_patch"];
        trace?: never;
    };
    "/v1/me/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List My Consents
         * @description What I agreed to and what I took back, the newest first.
         */
        get: operations["list_my_consents_v1_me_consents_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/consents/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give Consent
         * @description Agree to this version; what was agreed to before stays on record.
         */
        put: operations["give_consent_v1_me_consents__kind__put"];
        post?: never;
        /**
         * Withdraw Consent
         * @description Take it back, at once.
         */
        delete: operations["withdraw_consent_v1_me_consents__kind__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete Me
         * @description Delete my account for good, with the travellers; the password is asked for once more.
         */
        post: operations["delete_me_v1_me_deletion_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List My Devices
         * @description Where I am signed in; the device used last comes first.
         */
        get: operations["list_my_devices_v1_me_devices_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End My Device
         * @description Sign a device out, at once.
         */
        delete: operations["end_my_device_v1_me_devices__device_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Me
         * @description Everything that is kept about me here.
         */
        get: operations["export_me_v1_me_export_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change My Password
         * @description Change my password; other devices are signed out.
         */
        post: operations["change_my_password_v1_me_password_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get My Second Factor
         * @description Whether I have one.
         */
        get: operations["get_my_second_factor_v1_me_second_factor_get"];
        put?: never;
        /**
         * Enrol Second Factor
         * @description A secret for my authenticator app (RFC 6238); it counts once a code of it is confirmed.
         */
        post: operations["enrol_second_factor_v1_me_second_factor_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm Second Factor
         * @description Confirm it by a code. The recovery codes are shown this once; the next access token gives staff rights.
         */
        post: operations["confirm_second_factor_v1_me_second_factor_confirm_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/second-factor/removal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove Second Factor
         * @description Log in without one from now on. Signs every device out, this one too.
         */
        post: operations["remove_second_factor_v1_me_second_factor_removal_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/travellers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List My Travellers
         * @description The people I travel with, in the order they were added.
         */
        get: operations["list_my_travellers_v1_me_travellers_get"];
        put?: never;
        /**
         * Add Traveller
         * @description Keep a traveller.
         */
        post: operations["add_traveller_v1_me_travellers_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/travellers/{traveller_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Traveller
         * @description One traveller.
         */
        get: operations["get_traveller_v1_me_travellers__traveller_id__get"];
        /**
         * Replace Traveller
         * @description Replace what is kept of a traveller.
         */
        put: operations["replace_traveller_v1_me_travellers__traveller_id__put"];
        post?: never;
        /**
         * Remove Traveller
         * @description Forget a traveller.
         */
        delete: operations["remove_traveller_v1_me_travellers__traveller_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find trips with priced offers */
        get: operations["find_offers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The cheapest price of each date
         * @description What is not known yet is often known when it is asked for again, a second later.
         */
        get: operations["find_prices_by_date"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payment-methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Payment Methods
         * @description How one can pay: what a checkout has to know beforehand.
         */
        get: operations["list_payment_methods_v1_payment_methods_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find places by name, code or position */
        get: operations["find_places"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ticket-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Ticket Keys
         * @description The public keys that verify tickets without a connection, as a JWK set (RFC 7517, RFC 8037).
         */
        get: operations["get_ticket_keys_v1_ticket_keys_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tickets/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check Ticket
         * @description Whether a ticket is still good: genuine, and neither given back, exchanged nor issued anew since.
         */
        post: operations["check_ticket_v1_tickets_check_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waiting-rooms/{room}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Room
         * @description Whether one has to wait for a departure, or for the whole site (`site`), and how long. 404: not now.
         */
        get: operations["get_room_v1_waiting_rooms__room__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waiting-rooms/{room}/place": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look
         * @description How far the queue has come. 404: nobody has to wait any more.
         */
        get: operations["look_v1_waiting_rooms__room__place_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waiting-rooms/{room}/place/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow
         * @description The same as server-sent events: `place` when it moves, until it is your turn; `closed` when the room is.
         */
        get: operations["follow_v1_waiting_rooms__room__place_events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waiting-rooms/{room}/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take Place
         * @description Take a place at the end of the queue. The same device, and the same customer, keeps the place it has.
         */
        post: operations["take_place_v1_waiting_rooms__room__places_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/payments/{gateway}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive Payment Webhook
         * @description For payment gateways: a signed notice that something happened to a payment.
         */
        post: operations["receive_payment_webhook_v1_webhooks_payments__gateway__post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AccessAnswer */
        AccessAnswer: {
            /** Access Token */
            access_token: string;
            /** Expires At */
            expires_at: string;
        };
        /** BoardingAnswer */
        BoardingAnswer: {
            /** Code */
            code: string | null;
            /**
             * Departs At
             * Format: date-time
             */
            departs_at: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Platform */
            platform: string | null;
        };
        /** BookingAnswer */
        BookingAnswer: {
            /** Booking Id */
            booking_id: string;
            conditions: components["schemas"]["wayfare__services__bookings__entrypoints__bodies__ConditionsAnswer"];
            contact: components["schemas"]["ContactAnswer"];
            conversion: components["schemas"]["wayfare__services__bookings__entrypoints__bodies__ConversionAnswer"] | null;
            /** Created At */
            created_at: string;
            /** Exchanges */
            exchanges: components["schemas"]["ExchangeAnswer"][];
            /** Fare Family */
            fare_family: string;
            fees: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Items */
            items: components["schemas"]["ItemAnswer"][];
            /** Legs */
            legs: components["schemas"]["wayfare__services__bookings__entrypoints__bodies__LegAnswer"][];
            /** Locator */
            locator: string;
            paid: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Passengers */
            passengers: components["schemas"]["PassengerAnswer"][];
            price: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            refunded: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Refunds */
            refunds: components["schemas"]["RefundAnswer"][];
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "confirmed" | "cancelled" | "failed";
            /** Tickets */
            tickets: components["schemas"]["TicketAnswer"][];
        };
        /**
         * BookingBody
         * @description Book a hold, or an offer directly.
         */
        BookingBody: {
            contact: components["schemas"]["ContactBody"];
            /** Hold Id */
            hold_id?: string | null;
            /** Offer Id */
            offer_id?: string | null;
            /** Passengers */
            passengers: components["schemas"]["PassengerBody"][];
            payment: components["schemas"]["PaymentBody"];
            preferences?: components["schemas"]["PreferencesBody"] | null;
            /** Units */
            units?: string[][] | null;
        };
        /** BookingsAnswer */
        BookingsAnswer: {
            /** Items */
            items: components["schemas"]["BookingAnswer"][];
            /** Next */
            next: string | null;
        };
        /** CalendarAnswer */
        CalendarAnswer: {
            /** Days */
            days: components["schemas"]["CalendarDayAnswer"][];
            from: components["schemas"]["PlaceAnswer"];
            to: components["schemas"]["PlaceAnswer"];
        };
        /** CalendarDayAnswer */
        CalendarDayAnswer: {
            /**
             * Date
             * Format: date
             */
            date: string;
            /** @description Of the cheapest offer for the party, as it was within the last minute */
            price: components["schemas"]["wayfare__services__offers__entrypoints__answers__MoneyAnswer"] | null;
            /**
             * Status
             * @description none: nothing is to be had on this date; unknown: nobody has looked yet, or nobody can tell
             * @enum {string}
             */
            status: "offers" | "none" | "unknown";
        };
        /**
         * CallAnswer
         * @description Times are RFC 3339 with the offset of the place; none arrives at the first call or departs from the last.
         */
        CallAnswer: {
            /** Arrives At */
            arrives_at: string | null;
            /** Call */
            call: number;
            /** Can Alight */
            can_alight: boolean;
            /** Can Board */
            can_board: boolean;
            /** Departs At */
            departs_at: string | null;
            /** Distance M */
            distance_m: number;
            place: components["schemas"]["CallPlace"];
        };
        /** CallPlace */
        CallPlace: {
            /** Code */
            code: string | null;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Platform */
            platform: string | null;
            /** Time Zone */
            time_zone: string;
        };
        /** CancelBody */
        CancelBody: {
            /** Refund Offer Id */
            refund_offer_id: string;
        };
        /** ClaimAnswer */
        ClaimAnswer: {
            /**
             * Claimed
             * @description The locators of the bookings that are mine from now on.
             */
            claimed: string[];
        };
        /** CoachAnswer */
        CoachAnswer: {
            /** Coach */
            coach: string;
            /** Units */
            units: components["schemas"]["wayfare__services__inventory__entrypoints__bodies__UnitAnswer"][];
        };
        /** CodeBody */
        CodeBody: {
            /** Code */
            code: string;
        };
        /** ConditionStepAnswer */
        ConditionStepAnswer: {
            fee: components["schemas"]["wayfare__services__offers__entrypoints__answers__MoneyAnswer"];
            /**
             * Until
             * Format: date-time
             */
            until: string;
        };
        /** ConsentAnswer */
        ConsentAnswer: {
            /** Consent Id */
            consent_id: string;
            /** Given At */
            given_at: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "terms" | "marketing_email" | "marketing_sms" | "analytics" | "personalisation";
            /** Version */
            version: string;
            /** Withdrawn At */
            withdrawn_at: string | null;
        };
        /** ConsentBody */
        ConsentBody: {
            /**
             * Version
             * @description Which text was shown: 2026-11-01.
             */
            version: string;
        };
        /** ConsentsAnswer */
        ConsentsAnswer: {
            /** Items */
            items: components["schemas"]["ConsentAnswer"][];
        };
        /** ContactAnswer */
        ContactAnswer: {
            /** Email */
            email: string;
            /** Phone */
            phone: string | null;
        };
        /** ContactBody */
        ContactBody: {
            /** Email */
            email: string;
            /** Phone */
            phone?: string | null;
        };
        /** CustomerAnswer */
        CustomerAnswer: {
            /** Created At */
            created_at: string;
            /** Customer Id */
            customer_id: string;
            /** Email */
            email: string;
            /** Family Name */
            family_name: string;
            /** Given Name */
            given_name: string;
            /** Language */
            language: string;
            /** Phone */
            phone: string | null;
            /** Roles */
            roles: components["schemas"]["RoleAnswer"][];
        };
        /** DeletionBody */
        DeletionBody: {
            /**
             * Password
             * @description May be left out soon after a log-in at the issuer.
             * @default
             */
            password: string;
        };
        /** DepartureAnswer */
        DepartureAnswer: {
            /** Cabins */
            cabins: components["schemas"]["wayfare__services__catalogue__entrypoints__http__CabinAnswer"][];
            /** Calls */
            calls: components["schemas"]["CallAnswer"][];
            /** Date */
            date: string;
            /** Headsign */
            headsign: string;
            /** Id */
            id: string;
            /** Layout */
            layout: string | null;
            line: components["schemas"]["LineAnswer"];
            /**
             * Mode
             * @enum {string}
             */
            mode: "rail" | "coach" | "air" | "ferry";
            operator: components["schemas"]["OperatorAnswer"];
            /** Service Number */
            service_number: string;
            /**
             * Status
             * @enum {string}
             */
            status: "on_sale" | "retired" | "not_sold";
        };
        /** DestinationAnswer */
        DestinationAnswer: {
            /** Arrives At */
            arrives_at: string;
            /** Code */
            code: string | null;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Platform */
            platform: string | null;
        };
        /** DeviceAnswer */
        DeviceAnswer: {
            /** Current */
            current: boolean;
            /** Device Id */
            device_id: string;
            /** Expires At */
            expires_at: string;
            /** Last Used At */
            last_used_at: string;
            /** Name */
            name: string;
            /** Signed In At */
            signed_in_at: string;
        };
        /** DevicesAnswer */
        DevicesAnswer: {
            /** Items */
            items: components["schemas"]["DeviceAnswer"][];
        };
        /** DocumentAnswer */
        DocumentAnswer: {
            /** Country */
            country: string;
            /** Expires On */
            expires_on: string | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "passport" | "id_card";
            /** Number */
            number: string;
        };
        /** DocumentBody */
        DocumentBody: {
            /**
             * Country
             * @description Who issued it, ISO 3166-1 alpha-2.
             */
            country: string;
            /** Expires On */
            expires_on?: string | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "passport" | "id_card";
            /** Number */
            number: string;
        };
        /** EnrolmentAnswer */
        EnrolmentAnswer: {
            /** Secret */
            secret: string;
            /** Uri */
            uri: string;
        };
        /** ExchangeAnswer */
        ExchangeAnswer: {
            /** Exchange Id */
            exchange_id: string;
            fee: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Made At */
            made_at: string;
            paid: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /**
             * Reason
             * @description The code of the error that ended it.
             */
            reason: string | null;
            refunded: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /**
             * State
             * @enum {string}
             */
            state: "pending" | "done" | "failed";
        };
        /**
         * ExchangeBody
         * @description Change to what an exchange offer promised; `payment` where something is to be paid.
         */
        ExchangeBody: {
            /** Exchange Offer Id */
            exchange_offer_id: string;
            payment?: components["schemas"]["PaymentBody"] | null;
            preferences?: components["schemas"]["PreferencesBody"] | null;
            /** Units */
            units?: string[][] | null;
        };
        /** ExchangeOfferAnswer */
        ExchangeOfferAnswer: {
            /** Cabin Name */
            cabin_name: string;
            conditions: components["schemas"]["wayfare__services__bookings__entrypoints__bodies__ConditionsAnswer"];
            /** Exchange Offer Id */
            exchange_offer_id: string;
            /** Expires At */
            expires_at: string;
            /** Fare Family */
            fare_family: string;
            /** Fare Family Name */
            fare_family_name: string;
            fee: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            price: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Seats Left */
            seats_left: number | null;
            /** @description New price and fee, less the old price, when above zero. */
            to_pay: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** @description The same when below zero. */
            to_refund: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
        };
        /** ExchangeOffersAnswer */
        ExchangeOffersAnswer: {
            /** Trips */
            trips: components["schemas"]["ExchangeTripAnswer"][];
        };
        /**
         * ExchangeOffersBody
         * @description Which trips to look for, as in GET /v1/offers; from and to are those of the booking when not given.
         */
        ExchangeOffersBody: {
            /** Cabin */
            cabin?: string | null;
            /** Date */
            date: string;
            /** From */
            from?: string | null;
            /**
             * Limit
             * @default 10
             */
            limit: number;
            /**
             * Max Transfers
             * @default 3
             */
            max_transfers: number;
            /** Mode */
            mode?: ("rail" | "coach" | "air" | "ferry")[] | null;
            /** Time */
            time?: string | null;
            /** To */
            to?: string | null;
        };
        /** ExchangePendingAnswer */
        ExchangePendingAnswer: {
            /** Booking Id */
            booking_id: string;
            /** Exchange Id */
            exchange_id: string;
            /** Locator */
            locator: string;
            next_action?: components["schemas"]["NextActionAnswer"] | null;
            /**
             * Status
             * @constant
             */
            status: "pending";
            to_pay: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
        };
        /** ExchangeTripAnswer */
        ExchangeTripAnswer: {
            /** Legs */
            legs: components["schemas"]["TripLegAnswer"][];
            /** Offers */
            offers: components["schemas"]["ExchangeOfferAnswer"][];
        };
        /** ExportAnswer */
        ExportAnswer: {
            account: components["schemas"]["CustomerAnswer"];
            /**
             * Bookings
             * @description As GET /v1/bookings shows them; null where no bookings service is within reach.
             */
            bookings: {
                [key: string]: unknown;
            }[] | null;
            /** Consents */
            consents: components["schemas"]["ConsentAnswer"][];
            /** Devices */
            devices: components["schemas"]["DeviceAnswer"][];
            /** Issuers */
            issuers: components["schemas"]["IssuerAccountAnswer"][];
            /** Travellers */
            travellers: components["schemas"]["TravellerAnswer"][];
        };
        /** HeldLegAnswer */
        HeldLegAnswer: {
            /** Cabin */
            cabin: string;
            /** Departure Id */
            departure_id: string;
            /** From Call */
            from_call: number;
            /** To Call */
            to_call: number;
            /** Units */
            units: components["schemas"]["HeldUnitAnswer"][];
        };
        /**
         * HeldUnitAnswer
         * @description A change of seat on the way gives a passenger two of them on a leg.
         */
        HeldUnitAnswer: {
            /** Coach */
            coach: string;
            /** From Call */
            from_call: number;
            /** Label */
            label: string;
            /**
             * Passenger
             * @description from 1
             */
            passenger: number;
            /** To Call */
            to_call: number;
            /**
             * Unit
             * @description empty in cabins without seat numbers
             */
            unit: string;
        };
        /** HoldAnswer */
        HoldAnswer: {
            /** Expires At */
            expires_at: string;
            /** Hold Id */
            hold_id: string;
            /** Legs */
            legs: components["schemas"]["HeldLegAnswer"][];
            price: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /**
             * State
             * @enum {string}
             */
            state: "held" | "confirmed" | "released" | "expired";
        };
        /** HoldBody */
        HoldBody: {
            /** Offer Id */
            offer_id: string;
            preferences?: components["schemas"]["PreferencesBody"] | null;
            /** Units */
            units?: string[][] | null;
        };
        /** InvoiceAnswer */
        InvoiceAnswer: {
            /**
             * Corrects
             * @description The number of the invoice that a credit note takes back.
             */
            corrects: string | null;
            gross: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Issued At */
            issued_at: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "invoice" | "credit_note";
            net: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Number */
            number: string;
            /** Seller */
            seller: string;
            tax: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Url */
            url: string;
        };
        /** InvoicesAnswer */
        InvoicesAnswer: {
            /** Items */
            items: components["schemas"]["InvoiceAnswer"][];
        };
        /** IssuerAccountAnswer */
        IssuerAccountAnswer: {
            /** Issuer */
            issuer: string;
            /** Subject */
            subject: string;
        };
        /** ItemAnswer */
        ItemAnswer: {
            /** Coach */
            coach: string | null;
            /** Label */
            label: string | null;
            /** Leg */
            leg: number;
            /** Passenger */
            passenger: number;
            price: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /**
             * State
             * @enum {string}
             */
            state: "held" | "ticketed" | "cancelled" | "refunded" | "failed" | "exchanged";
        };
        /** ItemRefundAnswer */
        ItemRefundAnswer: {
            fee: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Leg */
            leg: number;
            /** Passenger */
            passenger: number;
            price: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            refund: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
        };
        /** KeyAnswer */
        KeyAnswer: {
            /**
             * Alg
             * @constant
             */
            alg: "ES256";
            /**
             * Crv
             * @constant
             */
            crv: "P-256";
            /** Kid */
            kid: string;
            /**
             * Kty
             * @constant
             */
            kty: "EC";
            /**
             * Use
             * @constant
             */
            use: "sig";
            /** X */
            x: string;
            /** Y */
            y: string;
        };
        /** KeysAnswer */
        KeysAnswer: {
            /** Keys */
            keys: components["schemas"]["KeyAnswer"][];
        };
        /** LeavingAnswer */
        LeavingAnswer: {
            /**
             * Arrives At
             * Format: date-time
             */
            arrives_at: string;
            /** Code */
            code: string | null;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Platform */
            platform: string | null;
        };
        /** LineAnswer */
        LineAnswer: {
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /** LineString */
        LineString: {
            /** Coordinates */
            coordinates: [
                number,
                number
            ][];
            /**
             * Type
             * @constant
             */
            type: "LineString";
        };
        /** LookupBody */
        LookupBody: {
            /** Email */
            email: string;
            /** Locator */
            locator: string;
        };
        /**
         * MultiLineString
         * @description A way across 180°.
         */
        MultiLineString: {
            /** Coordinates */
            coordinates: [
                number,
                number
            ][][];
            /**
             * Type
             * @constant
             */
            type: "MultiLineString";
        };
        /**
         * NameBody
         * @description What is not given stays.
         */
        NameBody: {
            /** Family Name */
            family_name?: string | null;
            /** Given Name */
            given_name?: string | null;
        };
        /** NewBookingAnswer */
        NewBookingAnswer: {
            /** Access Token */
            access_token: string;
            /** Access Token Expires At */
            access_token_expires_at: string;
            /** Booking Id */
            booking_id: string;
            conditions: components["schemas"]["wayfare__services__bookings__entrypoints__bodies__ConditionsAnswer"];
            contact: components["schemas"]["ContactAnswer"];
            conversion: components["schemas"]["wayfare__services__bookings__entrypoints__bodies__ConversionAnswer"] | null;
            /** Created At */
            created_at: string;
            /** Exchanges */
            exchanges: components["schemas"]["ExchangeAnswer"][];
            /** Fare Family */
            fare_family: string;
            fees: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Items */
            items: components["schemas"]["ItemAnswer"][];
            /** Legs */
            legs: components["schemas"]["wayfare__services__bookings__entrypoints__bodies__LegAnswer"][];
            /** Locator */
            locator: string;
            paid: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Passengers */
            passengers: components["schemas"]["PassengerAnswer"][];
            price: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            refunded: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Refunds */
            refunds: components["schemas"]["RefundAnswer"][];
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "confirmed" | "cancelled" | "failed";
            /** Tickets */
            tickets: components["schemas"]["TicketAnswer"][];
        };
        /** NextActionAnswer */
        NextActionAnswer: {
            /**
             * Type
             * @constant
             */
            type: "redirect";
            /**
             * Url
             * @description Send the customer there: 3-D Secure, an approval.
             */
            url: string;
        };
        /** OfferAnswer */
        OfferAnswer: {
            /**
             * Availability
             * @description unknown while it cannot be looked up: the offer shows what would be sold, and holding it whether there are seats, or 503 for as long as nobody can tell
             * @enum {string}
             */
            availability: "known" | "unknown";
            /** Cabin */
            cabin: string;
            /** Cabin Name */
            cabin_name: string;
            /**
             * Cabins
             * @description Cabin codes leg by leg
             */
            cabins: string[];
            conditions: components["schemas"]["wayfare__services__offers__entrypoints__answers__ConditionsAnswer"];
            /** @description The rates, where fares of other currencies were converted */
            conversion: components["schemas"]["wayfare__services__offers__entrypoints__answers__ConversionAnswer"] | null;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Fare Family */
            fare_family: string;
            /** Fare Family Name */
            fare_family_name: string;
            /**
             * Offer Id
             * @description null when fewer seats are left than passengers
             */
            offer_id: string | null;
            /** Passengers */
            passengers: components["schemas"]["PassengerPriceAnswer"][];
            price: components["schemas"]["wayfare__services__offers__entrypoints__answers__MoneyAnswer"];
            /**
             * Seats Left
             * @description null while the availability is unknown
             */
            seats_left: number | null;
        };
        /** OffersAnswer */
        OffersAnswer: {
            /**
             * Date
             * Format: date
             */
            date: string;
            from: components["schemas"]["PlaceAnswer"];
            /**
             * Nearest Dates
             * @description When the date has no trip: the nearest dates that have
             */
            nearest_dates: string[];
            /**
             * Next Cursor
             * @description Later trips, or the next ones in the order asked for
             */
            next_cursor: string | null;
            /** Previous Cursor */
            previous_cursor: string | null;
            to: components["schemas"]["PlaceAnswer"];
            /** Trips */
            trips: components["schemas"]["TripAnswer"][];
        };
        /** OperatorAnswer */
        OperatorAnswer: {
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /** OriginAnswer */
        OriginAnswer: {
            /** Code */
            code: string | null;
            /** Departs At */
            departs_at: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Platform */
            platform: string | null;
        };
        /** PassengerAnswer */
        PassengerAnswer: {
            /** Birth Date */
            birth_date: string | null;
            /**
             * Category
             * @enum {string}
             */
            category: "adult" | "child" | "senior" | "student";
            /** Family Name */
            family_name: string;
            /** Given Name */
            given_name: string;
            /** Passenger */
            passenger: number;
        };
        /** PassengerBody */
        PassengerBody: {
            /** Birth Date */
            birth_date?: string | null;
            /**
             * Category
             * @default adult
             * @enum {string}
             */
            category: "adult" | "child" | "senior" | "student";
            /** Family Name */
            family_name: string;
            /** Given Name */
            given_name: string;
        };
        /** PassengerPriceAnswer */
        PassengerPriceAnswer: {
            /** Category */
            category: string;
            price: components["schemas"]["wayfare__services__offers__entrypoints__answers__MoneyAnswer"];
        };
        /** PasswordBody */
        PasswordBody: {
            /** Current Password */
            current_password: string;
            /** New Password */
            new_password: string;
        };
        /**
         * PathAnswer
         * @description A GeoJSON Feature (RFC 7946).
         */
        PathAnswer: {
            /** Geometry */
            geometry: components["schemas"]["LineString"] | components["schemas"]["MultiLineString"] | null;
            properties: components["schemas"]["PathProperties"];
            /**
             * Type
             * @constant
             */
            type: "Feature";
        };
        /** PathCall */
        PathCall: {
            /** Call */
            call: number;
            /** Name */
            name: string;
            /** Place Id */
            place_id: string;
            /**
             * Position
             * @description Longitude, latitude
             */
            position: [
                number,
                number
            ] | null;
        };
        /** PathProperties */
        PathProperties: {
            /** Calls */
            calls: components["schemas"]["PathCall"][];
            /** Departure Id */
            departure_id: string;
            /** From Call */
            from_call: number;
            /**
             * Mode
             * @enum {string}
             */
            mode: "rail" | "coach" | "air" | "ferry";
            /**
             * Source
             * @description What is drawn: the feed's own shape, or lines between the calls; none where these have no position
             * @enum {string}
             */
            source: "shape" | "great_circle" | "straight" | "none";
            /** To Call */
            to_call: number;
        };
        /**
         * PaymentBody
         * @description The gateway's token; a card number is refused.
         */
        PaymentBody: {
            /**
             * Cardholder
             * @description The name on the card.
             * @default
             */
            cardholder: string;
            /**
             * Method
             * @default card
             * @enum {string}
             */
            method: "card" | "paypal";
            /** Token */
            token: string;
        };
        /** PaymentMethodAnswer */
        PaymentMethodAnswer: {
            /** Gateway */
            gateway: string;
            /**
             * Method
             * @enum {string}
             */
            method: "card" | "paypal";
            /**
             * Publishable Key
             * @description For Stripe's form in the browser, which makes tokens of cards
             */
            publishable_key: string | null;
            /**
             * Redirects
             * @description Whether the url of a `next_action` is a page to go to; else the booking is asked about until it is paid or not
             */
            redirects: boolean;
            /**
             * Test Cards
             * @description Of the simulated gateway: no money moves
             */
            test_cards: components["schemas"]["SimulatedCardAnswer"][];
            /**
             * Token
             * @description What to send as the payment's token where no form makes one
             */
            token: string | null;
        };
        /** PaymentMethodsAnswer */
        PaymentMethodsAnswer: {
            /** Methods */
            methods: components["schemas"]["PaymentMethodAnswer"][];
        };
        /** PendingAnswer */
        PendingAnswer: {
            /** Access Token */
            access_token: string;
            /** Access Token Expires At */
            access_token_expires_at: string;
            /** Booking Id */
            booking_id: string;
            /** Locator */
            locator: string;
            next_action?: components["schemas"]["NextActionAnswer"] | null;
            price: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /**
             * Status
             * @constant
             */
            status: "pending";
        };
        /** PlaceAnswer */
        PlaceAnswer: {
            /** Code */
            code: string | null;
            /**
             * Id
             * @example db:8000261
             */
            id: string;
            /** Name */
            name: string;
            position: components["schemas"]["PositionAnswer"] | null;
            /** Time Zone */
            time_zone: string;
        };
        /** PlaceMatchAnswer */
        PlaceMatchAnswer: {
            /** Code */
            code: string | null;
            /**
             * Distance M
             * @description From the position asked about
             */
            distance_m: number | null;
            /**
             * Id
             * @example db:8000261
             */
            id: string;
            /** Modes */
            modes: string[];
            /** Name */
            name: string;
            position: components["schemas"]["PositionAnswer"] | null;
            /** Time Zone */
            time_zone: string;
        };
        /** PlacesAnswer */
        PlacesAnswer: {
            /** Items */
            items: components["schemas"]["PlaceMatchAnswer"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PositionAnswer */
        PositionAnswer: {
            /** Lat */
            lat: number;
            /** Lon */
            lon: number;
        };
        /** PreferencesAnswer */
        PreferencesAnswer: {
            /** Accessible */
            accessible: boolean;
            /** Coach */
            coach: string | null;
            /** Features */
            features: string[];
            /** Seat Change */
            seat_change: boolean;
            /** Together */
            together: boolean;
        };
        /**
         * PreferencesBody
         * @description Wishes, best effort; only `accessible` is a need.
         */
        PreferencesBody: {
            /**
             * Accessible
             * @default false
             */
            accessible: boolean;
            /** Coach */
            coach?: string | null;
            /**
             * Features
             * @default []
             */
            features: string[];
            /**
             * Seat Change
             * @default false
             */
            seat_change: boolean;
            /**
             * Together
             * @default true
             */
            together: boolean;
        };
        /**
         * ProfileBody
         * @description What is absent stays as it is.
         */
        ProfileBody: {
            /** Family Name */
            family_name?: string | null;
            /** Given Name */
            given_name?: string | null;
            /** Language */
            language?: string | null;
            /** Phone */
            phone?: string | null;
        };
        /** ReasonAnswer */
        ReasonAnswer: {
            /**
             * Code
             * @enum {string}
             */
            code: "departed" | "closed" | "not_yet_on_sale" | "no_layout" | "no_fare" | "currency_mix" | "other_currency";
            /** Text */
            text: string;
        };
        /** RecoveryCodesAnswer */
        RecoveryCodesAnswer: {
            /** Recovery Codes */
            recovery_codes: string[];
        };
        /** RefundAnswer */
        RefundAnswer: {
            amount: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Promised At */
            promised_at: string;
            /** Refund Id */
            refund_id: string;
            /** Settled At */
            settled_at: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "pending" | "refunded" | "failed";
        };
        /** RefundOfferAnswer */
        RefundOfferAnswer: {
            /** Expires At */
            expires_at: string;
            fee: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Items */
            items: components["schemas"]["ItemRefundAnswer"][];
            refund: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Refund Offer Id */
            refund_offer_id: string;
        };
        /**
         * RefundOfferBody
         * @description For some of the passengers, by their numbers on the booking; for everybody without.
         */
        RefundOfferBody: {
            /** Passengers */
            passengers?: number[] | null;
        };
        /** RegisteredAnswer */
        RegisteredAnswer: {
            /**
             * Status
             * @constant
             */
            status: "confirmation_sent";
        };
        /** RegistrationBody */
        RegistrationBody: {
            /** Email */
            email: string;
            /**
             * Family Name
             * @default
             */
            family_name: string;
            /**
             * Given Name
             * @default
             */
            given_name: string;
            /**
             * Language
             * @description BCP 47: de, pt-BR.
             * @default en
             */
            language: string;
            /** Password */
            password: string;
        };
        /** ResetBody */
        ResetBody: {
            /** Password */
            password: string;
            /** Token */
            token: string;
        };
        /** ResetRequestBody */
        ResetRequestBody: {
            /** Email */
            email: string;
        };
        /** RoleAnswer */
        RoleAnswer: {
            /** Operator */
            operator: string | null;
            /** Role */
            role: string;
        };
        /** RoomAnswer */
        RoomAnswer: {
            /**
             * Estimate S
             * @description How long somebody who comes now waits, in seconds
             */
            estimate_s: number;
            /**
             * Rate
             * @description Visitors let in per second
             */
            rate: number;
            /**
             * Room
             * @description The departure's id, or `site`
             */
            room: string;
            /** Starts At */
            starts_at: string;
            /** Waiting */
            waiting: number;
        };
        /** SeatsAnswer */
        SeatsAnswer: {
            /** Cabins */
            cabins: components["schemas"]["wayfare__services__inventory__entrypoints__bodies__CabinAnswer"][];
            /** Coaches */
            coaches: components["schemas"]["CoachAnswer"][];
            /** Departure Id */
            departure_id: string;
            /** From Call */
            from_call: number;
            /** Layout */
            layout: string;
            /** Layout Name */
            layout_name: string;
            /** To Call */
            to_call: number;
        };
        /** SecondFactorAnswer */
        SecondFactorAnswer: {
            /** Enrolled */
            enrolled: boolean;
            /** Recovery Codes Left */
            recovery_codes_left: number;
        };
        /** SecondFactorBody */
        SecondFactorBody: {
            /** Password */
            password: string;
        };
        /** SecondFactorRemovalBody */
        SecondFactorRemovalBody: {
            /**
             * Code
             * @description Of the authenticator app, or a recovery code.
             */
            code: string;
            /** Password */
            password: string;
        };
        /** SimulatedCardAnswer */
        SimulatedCardAnswer: {
            /** About */
            about: string;
            /**
             * Outcome
             * @description What the gateway answers at first
             * @enum {string}
             */
            outcome: "authorised" | "declined" | "pending";
            /** Token */
            token: string;
        };
        /** StandingAnswer */
        StandingAnswer: {
            /**
             * Admission
             * @description Send it as Wayfare-Admission with searches and holds
             */
            admission?: string | null;
            /**
             * Device
             * @description Send it as X-Device-Id; browsers have it as a cookie
             */
            device?: string | null;
            /** Estimate S */
            estimate_s: number;
            /**
             * Expires At
             * @description When the admission ends
             */
            expires_at?: string | null;
            /**
             * Number
             * @description In order of arrival, from 1
             */
            number: number;
            /**
             * Place
             * @description Keep it: it is your place in the queue
             */
            place: string;
            /**
             * Poll After S
             * @description Ask again in so many seconds
             */
            poll_after_s: number;
            /**
             * Position
             * @description 0 when it is your turn
             */
            position: number;
            /** Room */
            room: string;
            /**
             * State
             * @enum {string}
             */
            state: "waiting" | "admitted" | "expired";
        };
        /** StepAnswer */
        StepAnswer: {
            fee: components["schemas"]["wayfare__infrastructure__bodies__MoneyAnswer"];
            /** Until */
            until: string;
        };
        /** TicketAnswer */
        TicketAnswer: {
            /** Leg */
            leg: number;
            /** Number */
            number: string;
            /** Passenger */
            passenger: number;
            /** Url */
            url: string;
        };
        /** TicketCheckAnswer */
        TicketCheckAnswer: {
            /** Locator */
            locator: string;
            /**
             * Status
             * @enum {string}
             */
            status: "good" | "void";
            /** Ticket No */
            ticket_no: string;
        };
        /** TicketCheckBody */
        TicketCheckBody: {
            /**
             * Code
             * @description The text of the barcode.
             */
            code: string;
        };
        /** TokensAnswer */
        TokensAnswer: {
            /** Access Token */
            access_token: string;
            /** Expires In */
            expires_in: number;
            /** Refresh Token */
            refresh_token: string;
            /**
             * Token Type
             * @constant
             */
            token_type: "Bearer";
        };
        /** TravellerAnswer */
        TravellerAnswer: {
            /** Birth Date */
            birth_date: string | null;
            /**
             * Category
             * @enum {string}
             */
            category: "adult" | "child" | "senior" | "student";
            document: components["schemas"]["DocumentAnswer"] | null;
            /** Family Name */
            family_name: string;
            /** Given Name */
            given_name: string;
            preferences: components["schemas"]["PreferencesAnswer"];
            /** Traveller Id */
            traveller_id: string;
        };
        /** TravellerBody */
        TravellerBody: {
            /** Birth Date */
            birth_date?: string | null;
            /**
             * Category
             * @default adult
             * @enum {string}
             */
            category: "adult" | "child" | "senior" | "student";
            document?: components["schemas"]["DocumentBody"] | null;
            /** Family Name */
            family_name: string;
            /** Given Name */
            given_name: string;
            /**
             * @default {
             *       "features": [],
             *       "together": true,
             *       "accessible": false,
             *       "seat_change": false
             *     }
             */
            preferences: components["schemas"]["PreferencesBody"];
        };
        /** TravellersAnswer */
        TravellersAnswer: {
            /** Items */
            items: components["schemas"]["TravellerAnswer"][];
        };
        /** TripAnswer */
        TripAnswer: {
            /**
             * Arrives At
             * Format: date-time
             */
            arrives_at: string;
            /**
             * Departs At
             * Format: date-time
             * @description When to leave the place asked for: a walk to the first departure counts
             */
            departs_at: string;
            /** Duration S */
            duration_s: number;
            /** Id */
            id: string;
            /** Legs */
            legs: components["schemas"]["wayfare__services__offers__entrypoints__answers__LegAnswer"][];
            /** Offers */
            offers: components["schemas"]["OfferAnswer"][];
            /** @description Why there are no offers */
            reason: components["schemas"]["ReasonAnswer"] | null;
            /** Transfers */
            transfers: number;
            /** Walk After S */
            walk_after_s: number;
            /** Walk Before S */
            walk_before_s: number;
        };
        /** TripLegAnswer */
        TripLegAnswer: {
            /** Cabin */
            cabin: string;
            /** Cabin Name */
            cabin_name: string;
            /** Departure Id */
            departure_id: string;
            from: components["schemas"]["OriginAnswer"];
            /** From Call */
            from_call: number;
            /** Headsign */
            headsign: string;
            /** Line */
            line: string;
            /** Mode */
            mode: string;
            /** Operator */
            operator: string;
            /** Service Number */
            service_number: string;
            to: components["schemas"]["DestinationAnswer"];
            /** To Call */
            to_call: number;
        };
        /** VerifyBody */
        VerifyBody: {
            /** Token */
            token: string;
        };
        /** MoneyAnswer */
        wayfare__infrastructure__bodies__MoneyAnswer: {
            /** Amount */
            amount: string;
            /** Currency */
            currency: string;
        };
        /** ConditionsAnswer */
        wayfare__services__bookings__entrypoints__bodies__ConditionsAnswer: {
            /** Exchange */
            exchange: components["schemas"]["StepAnswer"][];
            /**
             * Name Change Until
             * @description Until when a ticket may get another name.
             */
            name_change_until: string | null;
            /** Refund */
            refund: components["schemas"]["StepAnswer"][];
            /** Text */
            text: string[];
        };
        /** ConversionAnswer */
        wayfare__services__bookings__entrypoints__bodies__ConversionAnswer: {
            /** Base */
            base: string;
            /** Date */
            date: string;
            /** Rates */
            rates: {
                [key: string]: string;
            };
            /** Source */
            source: string;
        };
        /** LegAnswer */
        wayfare__services__bookings__entrypoints__bodies__LegAnswer: {
            /** Cabin */
            cabin: string;
            /** Cabin Name */
            cabin_name: string;
            /** Departure Id */
            departure_id: string;
            from: components["schemas"]["OriginAnswer"];
            /** From Call */
            from_call: number;
            /** Headsign */
            headsign: string;
            /** Line */
            line: string;
            /** Mode */
            mode: string;
            /** Operator */
            operator: string;
            /** Service Number */
            service_number: string;
            to: components["schemas"]["DestinationAnswer"];
            /** To Call */
            to_call: number;
            /** Units */
            units: components["schemas"]["wayfare__services__bookings__entrypoints__bodies__UnitAnswer"][];
        };
        /** UnitAnswer */
        wayfare__services__bookings__entrypoints__bodies__UnitAnswer: {
            /** Coach */
            coach: string;
            /** From Call */
            from_call: number;
            /** Label */
            label: string;
            /** Passenger */
            passenger: number;
            /** To Call */
            to_call: number;
            /** Unit */
            unit: string;
        };
        /** CabinAnswer */
        wayfare__services__catalogue__entrypoints__http__CabinAnswer: {
            /** Code */
            code: string;
            /** Name */
            name: string;
        };
        /** CabinAnswer */
        wayfare__services__inventory__entrypoints__bodies__CabinAnswer: {
            /** Cabin */
            cabin: string;
            /** Free */
            free: number;
            /** Name */
            name: string;
            /** Numbered */
            numbered: boolean;
            /** Total */
            total: number;
        };
        /** UnitAnswer */
        wayfare__services__inventory__entrypoints__bodies__UnitAnswer: {
            /** Bay */
            bay: number;
            /** Cabin */
            cabin: string;
            /** Column */
            column: number;
            /** Deck */
            deck: number;
            /** Features */
            features: string[];
            /** Label */
            label: string;
            /** Row */
            row: number;
            /**
             * State
             * @enum {string}
             */
            state: "free" | "taken" | "unavailable";
            /** Unit */
            unit: string;
        };
        /** ConditionsAnswer */
        wayfare__services__offers__entrypoints__answers__ConditionsAnswer: {
            /** Exchange */
            exchange: components["schemas"]["ConditionStepAnswer"][];
            /**
             * Name Change Until
             * @description Until when a ticket may get another name; null: never
             */
            name_change_until: string | null;
            /**
             * Refund
             * @description In order of time; after the last nothing is given back
             */
            refund: components["schemas"]["ConditionStepAnswer"][];
            /** Text */
            text: string[];
        };
        /** ConversionAnswer */
        wayfare__services__offers__entrypoints__answers__ConversionAnswer: {
            /** Base */
            base: string;
            /**
             * Date
             * Format: date
             */
            date: string;
            /**
             * Rates
             * @description What one unit of `base` is worth, by currency
             */
            rates: {
                [key: string]: string;
            };
            /** Source */
            source: string;
        };
        /** LegAnswer */
        wayfare__services__offers__entrypoints__answers__LegAnswer: {
            /**
             * Departure Id
             * @example 20261121-4711
             */
            departure_id: string;
            from: components["schemas"]["BoardingAnswer"];
            /** From Call */
            from_call: number;
            /** Headsign */
            headsign: string;
            line: components["schemas"]["LineAnswer"];
            /**
             * Mode
             * @enum {string}
             */
            mode: "rail" | "coach" | "air" | "ferry";
            operator: components["schemas"]["OperatorAnswer"];
            /** Service Number */
            service_number: string;
            to: components["schemas"]["LeavingAnswer"];
            /** To Call */
            to_call: number;
        };
        /** MoneyAnswer */
        wayfare__services__offers__entrypoints__answers__MoneyAnswer: {
            /**
             * Amount
             * @description In major units with the currency's own decimals
             * @example 59.90
             */
            amount: string;
            /**
             * Currency
             * @description ISO 4217 code
             * @example EUR
             */
            currency: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_signing_keys__well_known_jwks_json_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeysAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    livez_livez_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    exposition_metrics_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    readyz_readyz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Not now, and why */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    ask_for_reset_v1_auth_password_reset_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetRequestBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    reset_password_v1_auth_password_reset_confirm_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    revoke_token_v1_auth_revoke_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Token */
                    token: string;
                    /** Token Type Hint */
                    token_type_hint?: ("access_token" | "refresh_token") | null;
                };
                "application/x-www-form-urlencoded": {
                    /** Token */
                    token: string;
                    /** Token Type Hint */
                    token_type_hint?: ("access_token" | "refresh_token") | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_tokens_v1_auth_token_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Challenge
                     * @description Of the answer `second_factor_needed`.
                     * @default
                     */
                    challenge?: string;
                    /**
                     * Code
                     * @description Of the authenticator app, or a recovery code.
                     * @default
                     */
                    code?: string;
                    /**
                     * Device Name
                     * @description Default: the browser's name for itself.
                     * @default
                     */
                    device_name?: string;
                    /**
                     * Grant Type
                     * @enum {string}
                     */
                    grant_type: "password" | "refresh_token" | "urn:wayfare:grant-type:second-factor";
                    /**
                     * Password
                     * @default
                     */
                    password?: string;
                    /**
                     * Refresh Token
                     * @default
                     */
                    refresh_token?: string;
                    /**
                     * Username
                     * @description The e-mail address.
                     * @default
                     */
                    username?: string;
                };
                "application/x-www-form-urlencoded": {
                    /**
                     * Challenge
                     * @description Of the answer `second_factor_needed`.
                     * @default
                     */
                    challenge?: string;
                    /**
                     * Code
                     * @description Of the authenticator app, or a recovery code.
                     * @default
                     */
                    code?: string;
                    /**
                     * Device Name
                     * @description Default: the browser's name for itself.
                     * @default
                     */
                    device_name?: string;
                    /**
                     * Grant Type
                     * @enum {string}
                     */
                    grant_type: "password" | "refresh_token" | "urn:wayfare:grant-type:second-factor";
                    /**
                     * Password
                     * @default
                     */
                    password?: string;
                    /**
                     * Refresh Token
                     * @default
                     */
                    refresh_token?: string;
                    /**
                     * Username
                     * @description The e-mail address.
                     * @default
                     */
                    username?: string;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokensAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    list_my_bookings_v1_bookings_get: {
        parameters: {
            query?: {
                before?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookingsAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    place_booking_v1_bookings_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer, another body a 422. */
                "Idempotency-Key"?: string;
                /** @description What the client calls the device; fraud rules may count by it. */
                "X-Device-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BookingBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewBookingAnswer"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_booking_v1_bookings__locator__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookingAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    delete_booking_v1_bookings__locator__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookingAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    cancel_booking_v1_bookings__locator__cancel_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer, another body a 422. */
                "Idempotency-Key"?: string;
            };
            path: {
                locator: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookingAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    exchange_booking_v1_bookings__locator__exchange_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer, another body a 422. */
                "Idempotency-Key"?: string;
            };
            path: {
                locator: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExchangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookingAnswer"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExchangePendingAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    make_exchange_offers_v1_bookings__locator__exchange_offers_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExchangeOffersBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExchangeOffersAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    list_invoices_v1_bookings__locator__invoices_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoicesAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_invoice_v1_bookings__locator__invoices__number__pdf_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    change_passenger_v1_bookings__locator__passengers__number__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NameBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookingAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    make_refund_offer_v1_bookings__locator__refund_offers_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefundOfferBody"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundOfferAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_tickets_v1_bookings__locator__tickets_pdf_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_ticket_ics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/calendar": unknown;
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_ticket_v1_bookings__locator__tickets__number__pdf_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_ticket_pkpass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apple.pkpass": unknown;
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_ticket_svg: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locator: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": unknown;
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    claim_bookings_v1_bookings_claim_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    look_up_booking_v1_bookings_lookup_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LookupBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    register_customer_v1_customers_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegistrationBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    verify_email_v1_customers_verify_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_departure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                departure_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DepartureAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_path: {
        parameters: {
            query?: {
                /** @description Call index, place id or place code; the whole way without */
                from?: string | null;
                /** @description Call index, place id or place code; the whole way without */
                to?: string | null;
            };
            header?: never;
            path: {
                departure_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["PathAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_seats_v1_departures__departure_id__seats_get: {
        parameters: {
            query?: {
                /** @description Call index, place id or place code; the whole way without */
                from?: string | null;
                /** @description Call index, place id or place code; the whole way without */
                to?: string | null;
            };
            header?: never;
            path: {
                departure_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeatsAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    follow_seats_v1_departures__departure_id__seats_events_get: {
        parameters: {
            query?: {
                /** @description Call index, place id or place code; the whole way without */
                from?: string | null;
                /** @description Call index, place id or place code; the whole way without */
                to?: string | null;
            };
            header?: {
                "last-event-id"?: string | null;
            };
            path: {
                departure_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events `seats`, every unit, and `changes`, units whose state has changed; their `id` is the version of what is seen. The data of both: */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": {
                        /** Departure Id */
                        departure_id: string;
                        /**
                         * Units
                         * @description States by `unit`
                         */
                        units: {
                            [key: string]: "free" | "taken" | "unavailable";
                        };
                    };
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    place_hold_v1_holds_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same hold, another body a 422. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoldAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_hold_v1_holds__hold_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hold_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoldAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    release_hold_v1_holds__hold_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hold_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_me_v1_me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    change_me_v1_me_patch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    list_my_consents_v1_me_consents_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentsAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    give_consent_v1_me_consents__kind__put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: "terms" | "marketing_email" | "marketing_sms" | "analytics" | "personalisation";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    withdraw_consent_v1_me_consents__kind__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: "terms" | "marketing_email" | "marketing_sms" | "analytics" | "personalisation";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    delete_me_v1_me_deletion_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeletionBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    list_my_devices_v1_me_devices_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevicesAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    end_my_device_v1_me_devices__device_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    export_me_v1_me_export_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    change_my_password_v1_me_password_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_my_second_factor_v1_me_second_factor_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    enrol_second_factor_v1_me_second_factor_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecondFactorBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    confirm_second_factor_v1_me_second_factor_confirm_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodesAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    remove_second_factor_v1_me_second_factor_removal_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecondFactorRemovalBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    list_my_travellers_v1_me_travellers_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TravellersAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    add_traveller_v1_me_travellers_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TravellerBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TravellerAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_traveller_v1_me_travellers__traveller_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                traveller_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TravellerAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    replace_traveller_v1_me_travellers__traveller_id__put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                traveller_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TravellerBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TravellerAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    remove_traveller_v1_me_travellers__traveller_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                traveller_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    find_offers: {
        parameters: {
            query: {
                /** @description Be there no later, by the destination's clocks: a time on `date`, which is the day of arrival then, or a date and time after `date`, which stays the day of leaving */
                arrive_by?: string;
                /** @description Only offers with this cabin */
                cabin?: string;
                /** @description Only in this currency (ISO 4217) */
                currency?: string;
                /** @description A cursor of an earlier answer to the same question */
                cursor?: string;
                /** @description Day of leaving, by the origin's clocks; with a time in `arrive_by` the day of arrival, by the destination's */
                date: string;
                /** @description Id, code or name of a place, in any script */
                from: string;
                /** @description Trips at most */
                limit?: number;
                /** @description Changes at most */
                max_transfers?: number;
                /** @description Only these, parted by commas */
                mode?: string;
                /** @description Categories (adult, child, senior, student) with how many; 1 to 9 in all */
                passengers?: string;
                /** @description Order of trips */
                sort?: "departure" | "arrival" | "price" | "duration" | "transfers";
                /** @description Leave no earlier, by the origin's clocks */
                time?: string;
                /** @description Id, code or name of a place, in any script */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OffersAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    find_prices_by_date: {
        parameters: {
            query: {
                /** @description Only offers with this cabin */
                cabin?: string;
                /** @description Only in this currency (ISO 4217) */
                currency?: string;
                /** @description The first date, of leaving, by the origin's clocks */
                date_from: string;
                /** @description How many dates */
                days?: number;
                /** @description Id, code or name of a place, in any script */
                from: string;
                /** @description Only these, parted by commas */
                mode?: string;
                /** @description Categories (adult, child, senior, student) with how many; 1 to 9 in all */
                passengers?: string;
                /** @description Id, code or name of a place, in any script */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    list_payment_methods_v1_payment_methods_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentMethodsAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    find_places: {
        parameters: {
            query?: {
                /** @description The next_cursor of an earlier answer */
                cursor?: string;
                /** @description Places at most */
                limit?: number;
                /** @description Latitude,longitude */
                near?: string;
                /** @description Name in any script, or code; slips are forgiven */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacesAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_ticket_keys_v1_ticket_keys_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jwk-set+json": unknown;
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    check_ticket_v1_tickets_check_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketCheckBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketCheckAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    get_room_v1_waiting_rooms__room__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    look_v1_waiting_rooms__room__place_get: {
        parameters: {
            query: {
                /** @description The place you were given */
                place: string;
            };
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StandingAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    follow_v1_waiting_rooms__room__place_events_get: {
        parameters: {
            query: {
                /** @description The place you were given */
                place: string;
            };
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events `place` and, last, `closed` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/event-stream": unknown;
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    take_place_v1_waiting_rooms__room__places_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StandingAnswer"];
                };
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
    receive_payment_webhook_v1_webhooks_payments__gateway__post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem (RFC 9457); `code` is stable. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        correlation_id?: string;
                        detail: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
        };
    };
}
