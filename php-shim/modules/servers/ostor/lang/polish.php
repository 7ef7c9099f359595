<?php

/**
 * What customers read, in Polish. Impersonal, and without words that change with a number.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'pl',
    'client_decimal_point' => ',',
    'client_thousands_separator' => "\u{A0}",
    'client_not_known' => 'brak danych',
    'client_figure' => "{value}\u{A0}{unit}",
    'client_unit_hours' => '{unit}·h',

    // Pages
    'client_title' => 'Magazyn obiektowy',
    'client_pages' => 'Strony magazynu obiektowego',
    'client_page_overview' => 'Przegląd',
    'client_page_keys' => 'Klucze dostępu',
    'client_page_connect' => 'Konfiguracja aplikacji',
    'client_page_usage' => 'Zużycie według bucketów',
    'client_action_keys' => 'Klucze dostępu S3',
    'client_back' => 'Wróć',
    'client_copy' => 'Kopiuj',
    'client_copied' => 'Skopiowano',

    // State
    'client_state' => 'Stan',
    'client_state_active' => 'Aktywny',
    'client_state_active_text' => 'Magazyn jest gotowy do użycia.',
    'client_state_pending' => 'Jeszcze nieutworzony',
    'client_state_pending_text' => 'Magazyn zostanie utworzony po zaksięgowaniu płatności. Prosimy wrócić na tę stronę'
        . ' za kilka minut.',
    'client_state_suspended' => 'Zawieszony',
    'client_state_suspended_text' => 'Dostęp jest tymczasowo zablokowany. Dane zostają zachowane.',
    'client_state_suspended_reason_text' => 'Dostęp jest tymczasowo zablokowany. Dane zostają zachowane. Powód:'
        . ' {reason}',
    'client_state_deleting' => 'W trakcie usuwania',
    'client_state_deleting_text' => 'Usługa została anulowana. Trwa usuwanie danych.',
    'client_state_retained' => 'Anulowany',
    'client_state_retained_text' => 'Usługa została anulowana. Dane będą przechowywane do {time}, a następnie zostaną'
        . ' usunięte.',
    'client_state_ended' => 'Zakończony',
    'client_state_ended_text' => 'Ten magazyn został zamknięty i nie można go już używać.',

    // Connection
    'client_connection' => 'Połączenie',
    'client_endpoint' => 'Endpoint',
    'client_region' => 'Region',
    'client_key_id' => 'ID klucza dostępu',
    'client_secret_key' => 'Tajny klucz dostępu',
    'client_show_secret' => 'Pokaż tajny klucz',
    'client_path_style' => 'Wymagane są adresy w stylu „path-style”: nazwa bucketu następuje po adresie endpointu.',

    // Usage
    'client_storage' => 'Przestrzeń i transfer',
    'client_storage_used' => 'Wykorzystano {used}',
    'client_storage_used_unlimited' => 'Wykorzystano {used}, bez limitu',
    'client_storage_used_of' => 'Wykorzystano {used} z {quota} ({percent}%)',
    'client_storage_not_known' => 'W tej chwili nie wiadomo, ile miejsca jest zajęte.',
    'client_storage_not_known_of' => 'W tej chwili nie wiadomo, ile z {quota} jest zajęte.',
    'client_storage_full' => 'Kończy się miejsce: wykorzystano {percent}% przestrzeni. Po jej zapełnieniu przesyłanie'
        . ' plików nie będzie możliwe.',
    'client_storage_at' => 'Stan przestrzeni na {time}.',
    'client_month' => 'Bieżący miesiąc',
    'client_downloaded' => 'Pobrano',
    'client_uploaded' => 'Przesłano',
    'client_requests_put' => 'Żądania PUT',
    'client_requests_get' => 'Żądania GET',
    'client_requests_list' => 'Żądania LIST',
    'client_requests_other' => 'Inne żądania',
    'client_history' => 'Historia',
    'client_chart_days_stored' => 'Zajęte miejsce, ostatnie 30 dni',
    'client_chart_days_downloaded' => 'Pobrane dane, ostatnie 30 dni',
    'client_chart_months_stored' => 'Zajęte miejsce, ostatnie 12 miesięcy',
    'client_chart_months_downloaded' => 'Pobrane dane, ostatnie 12 miesięcy',
    'client_as_table' => 'Pokaż jako tabelę',
    'client_date' => 'Data',
    'client_column_stored' => 'Zajęte miejsce',
    'client_column_downloaded' => 'Pobrano',
    'client_buckets' => 'Buckety',
    'client_bucket' => 'Bucket',
    'client_size' => 'Rozmiar',
    'client_created' => 'Utworzono',
    'client_buckets_none' => 'Nie ma jeszcze żadnych bucketów.',
    'client_buckets_more' => 'Wyświetlono największe buckety: {shown} z {total}.',
    'client_known_until' => 'Dane o zużyciu obejmują okres do {time}.',
    'client_known_until_not' => 'Dane o zużyciu są jeszcze zbierane i mogą być niepełne.',
    'client_remark_stored' => 'Bieżące dane są chwilowo niedostępne. Wyświetlono ostatnio zapisane wartości.',
    'client_remark_not_live' => 'Magazyn chwilowo nie odpowiada. Kluczy nie można wyświetlić ani zmienić; podane'
        . ' wartości są ostatnimi znanymi.',

    // Next invoice
    'client_invoice' => 'Następna faktura (wstępnie)',
    'client_invoice_text' => 'Dotychczas naliczone ilości, wraz z jeszcze niezafakturowanym użyciem z wcześniejszych'
        . ' miesięcy. Faktura zostanie wystawiona na podstawie danych końcowych.',
    'client_invoice_what' => 'Pozycja',
    'client_invoice_so_far' => 'Dotychczas',
    'client_invoice_included' => 'W cenie',
    'client_invoice_price' => 'Cena',

    // Keys
    'client_keys' => 'Klucze dostępu',
    'client_keys_text' => 'Aplikacja potrzebuje ID klucza dostępu i tajnego klucza. Jednocześnie mogą istnieć dwie'
        . ' pary kluczy. Aby wymienić klucze bez przerwy w działaniu, należy utworzyć nową parę, wpisać ją w'
        . ' aplikacjach, a następnie unieważnić starą.',
    'client_key_current' => 'bieżący',
    'client_key_old' => 'stary',
    'client_new_pair' => 'Utwórz nową parę',
    'client_revoke' => 'Unieważnij…',
    'client_keys_not_known' => 'Klucze są w tej chwili niedostępne.',
    'client_key_unknown' => 'Taki klucz nie istnieje lub został już unieważniony.',
    'client_new_keys' => 'Tajny klucz należy przechowywać w bezpiecznym miejscu: każdy, kto go zna, może odczytać i'
        . ' usunąć dane.',
    'client_sub_accounts' => 'Subkonta',
    'client_sub_account' => 'Subkonto',
    'client_sub_accounts_text' => 'Subkonto ma własne klucze i korzysta z tej samej przestrzeni. Warto utworzyć osobne'
        . ' dla każdej aplikacji lub osoby.',
    'client_sub_accounts_none' => 'Ten produkt nie obejmuje subkont.',
    'client_sub_accounts_any' => 'Subkonta: {count}.',
    'client_sub_accounts_of' => 'Subkonta: {count} z {most}.',
    'client_sub_name' => 'Nazwa nowego subkonta',
    'client_sub_name_rule' => 'Litery a–z i A–Z (bez polskich znaków), cyfry, kropka, łącznik i podkreślenie; na'
        . ' początku litera lub cyfra; maksymalnie 64 znaki.',
    'client_sub_create' => 'Utwórz subkonto',
    'client_sub_delete' => 'Usuń subkonto…',
    'client_ask_revoke' => 'Unieważnić klucz {key}?',
    'client_ask_revoke_consequence' => 'Aplikacje, które go używają, natychmiast utracą dostęp. Tej operacji nie można'
        . ' cofnąć.',
    'client_ask_delete' => 'Usunąć subkonto {name}?',
    'client_ask_delete_consequence' => 'Jego klucze natychmiast przestaną działać. Dane pozostaną. Tej operacji nie'
        . ' można cofnąć.',
    'client_button_revoke' => 'Unieważnij klucz',
    'client_button_delete' => 'Usuń subkonto',
    'client_done_rotated' => 'Nowy klucz {key} już działa. Stary będzie działał do chwili unieważnienia.',
    'client_done_revoked' => 'Klucz {key} już nie działa.',
    'client_done_shown' => 'Tajne klucze są widoczne poniżej, wyłącznie na tej stronie.',
    'client_done_created' => 'Subkonto {name} zostało utworzone.',
    'client_done_deleted' => 'Subkonto {name} zostało usunięte.',

    // Settings of apps
    'client_connect' => 'Konfiguracja aplikacji',
    'client_connect_text' => 'Należy skopiować ustawienia dla swojej aplikacji i wpisać tajny klucz w miejsce {place}.',
    'client_connect_none' => 'Ustawień nie można w tej chwili wyświetlić.',

    // Usage by bucket
    'client_usage' => 'Zużycie według bucketów',
    'client_usage_month' => 'Miesiąc',
    'client_usage_show' => 'Pokaż',
    'client_usage_download' => 'Pobierz CSV',
    'client_usage_none' => 'W tym miesiącu nie było zużycia.',
    'client_usage_not_known' => 'Brak danych za ten miesiąc.',
    'client_usage_days' => '{bucket}: zużycie według dni',
    'client_requests' => 'Żądania',
    'client_stored_hours' => 'Rozmiar × czas',
    'client_no_bucket' => '(żądania bez bucketu)',
    'client_computed' => 'Sposób obliczania',
    'client_computed_unit' => '1 {unit} to {gigabyte} B.',
    'client_computed_storage' => 'Zajęte miejsce jest mierzone jako rozmiar × czas, w tym miesiącu: {stored}. Po'
        . ' podzieleniu przez liczbę godzin całego miesiąca ({hours}) daje to średnio {average} {unit}.',
    'client_computed_traffic' => 'Przy pobieraniu liczą się bajty plików: {bytes} B, czyli {downloaded} {unit}.',
    'client_computed_late' => 'Dane pojawiają się z opóźnieniem około jednej godziny. To, co stanie się znane dopiero'
        . ' po końcu miesiąca, zostanie rozliczone razem z następnym miesiącem.',

    // Refusals
    'client_error' => 'Operacja się nie powiodła. Prosimy spróbować ponownie później lub skontaktować się z pomocą'
        . ' techniczną.',
    'client_error_with_id' => 'Operacja się nie powiodła. Prosimy spróbować ponownie później lub skontaktować się z'
        . ' pomocą techniczną, podając identyfikator żądania {id}.',
    'client_error_account_suspended' => 'Usługa jest zawieszona, dlatego niczego nie można zmienić.',
    'client_error_key_limit' => 'Istnieją już dwie pary kluczy i więcej utworzyć nie można. Najpierw należy unieważnić'
        . ' jedną z nich.',
    'client_error_key_in_use' => 'Ten klucz jest używany. Najpierw należy utworzyć nową parę.',
    'client_error_sub_account_limit' => 'Ten produkt nie pozwala na więcej subkont.',
    'client_error_sub_account_exists' => 'Subkonto o tej nazwie już istnieje.',
    'client_error_sub_account_unknown' => 'Nie ma subkonta o tej nazwie.',
    'client_error_invalid_params' => 'Nie można tego wykonać z przesłanymi danymi. Prosimy je sprawdzić i spróbować'
        . ' ponownie.',
    'client_error_busy' => 'Trwa właśnie inna zmiana. Prosimy spróbować ponownie za chwilę.',
    'client_not_yours' => 'Ta usługa należy do innego klienta.',
    'client_not_active' => 'Usługa nie jest aktywna, dlatego nie ma czego wyświetlić ani zmienić.',
    'client_form_expired' => 'Formularz stracił ważność. Prosimy otworzyć stronę ponownie i powtórzyć operację.',
    'client_sub_name_wrong' => 'Nazwa może zawierać tylko litery a–z i A–Z (bez polskich znaków), cyfry, kropkę,'
        . ' łącznik i podkreślenie i musi zaczynać się literą lub cyfrą; maksymalnie 64 znaki.',
];
