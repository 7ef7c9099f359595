<?php

/**
 * What customers read, in Dutch. See english.php.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'nl',
    'client_decimal_point' => ',',
    'client_thousands_separator' => '.',
    'client_not_known' => 'onbekend',
    'client_figure' => "{value}\u{A0}{unit}",
    'client_unit_hours' => '{unit}-uur',

    // Pages
    'client_title' => 'Objectopslag',
    'client_pages' => 'Pagina’s van de objectopslag',
    'client_page_overview' => 'Overzicht',
    'client_page_keys' => 'Access keys',
    'client_page_connect' => 'Applicatie koppelen',
    'client_page_usage' => 'Verbruik per bucket',
    'client_action_keys' => 'S3 access keys',
    'client_back' => 'Terug',
    'client_copy' => 'Kopiëren',
    'client_copied' => 'Gekopieerd',

    // State
    'client_state' => 'Status',
    'client_state_active' => 'Actief',
    'client_state_active_text' => 'De opslag kan worden gebruikt.',
    'client_state_pending' => 'Nog niet aangemaakt',
    'client_state_pending_text' => 'De opslag wordt na de betaling ingericht. Kom over enkele minuten terug.',
    'client_state_suspended' => 'Opgeschort',
    'client_state_suspended_text' => 'De toegang is voorlopig geblokkeerd. Uw gegevens blijven bewaard.',
    'client_state_suspended_reason_text' => 'De toegang is voorlopig geblokkeerd. Uw gegevens blijven bewaard. Reden:'
        . ' {reason}',
    'client_state_deleting' => 'Wordt verwijderd',
    'client_state_deleting_text' => 'De opslag is opgezegd. De gegevens worden nu verwijderd.',
    'client_state_retained' => 'Opgezegd',
    'client_state_retained_text' => 'De opslag is opgezegd. De gegevens worden bewaard tot {time} en daarna'
        . ' verwijderd.',
    'client_state_ended' => 'Beëindigd',
    'client_state_ended_text' => 'Deze opslag is beëindigd en kan niet meer worden gebruikt.',

    // Connection
    'client_connection' => 'Verbinding',
    'client_endpoint' => 'Endpoint',
    'client_region' => 'Regio',
    'client_key_id' => 'Access key ID',
    'client_secret_key' => 'Secret access key',
    'client_show_secret' => 'Secret key tonen',
    'client_path_style' => 'Gebruik adressen in path-style: de naam van de bucket volgt op het endpoint.',

    // Usage
    'client_storage' => 'Opslag en dataverkeer',
    'client_storage_used' => 'In gebruik: {used}',
    'client_storage_used_unlimited' => 'In gebruik: {used}, geen limiet',
    'client_storage_used_of' => 'In gebruik: {used} van {quota} ({percent}%)',
    'client_storage_not_known' => 'Hoeveel opslag in gebruik is, is op dit moment niet bekend.',
    'client_storage_not_known_of' => 'Hoeveel van {quota} in gebruik is, is op dit moment niet bekend.',
    'client_storage_full' => 'Bijna vol: {percent}% van de opslag is in gebruik. Als de opslag vol is, mislukken'
        . ' uploads.',
    'client_storage_at' => 'Stand van de opslag op {time}.',
    'client_month' => 'Deze maand',
    'client_downloaded' => 'Gedownload',
    'client_uploaded' => 'Geüpload',
    'client_requests_put' => 'PUT-verzoeken',
    'client_requests_get' => 'GET-verzoeken',
    'client_requests_list' => 'LIST-verzoeken',
    'client_requests_other' => 'Overige verzoeken',
    'client_history' => 'Verloop',
    'client_chart_days_stored' => 'Opgeslagen, afgelopen 30 dagen',
    'client_chart_days_downloaded' => 'Gedownload, afgelopen 30 dagen',
    'client_chart_months_stored' => 'Opgeslagen, afgelopen 12 maanden',
    'client_chart_months_downloaded' => 'Gedownload, afgelopen 12 maanden',
    'client_as_table' => 'Als tabel tonen',
    'client_date' => 'Datum',
    'client_column_stored' => 'Opgeslagen',
    'client_column_downloaded' => 'Gedownload',
    'client_buckets' => 'Buckets',
    'client_bucket' => 'Bucket',
    'client_size' => 'Grootte',
    'client_created' => 'Aangemaakt',
    'client_buckets_none' => 'Er zijn nog geen buckets.',
    'client_buckets_more' => 'Getoond worden de {shown} grootste van in totaal {total} buckets.',
    'client_known_until' => 'Het verbruik is bekend tot {time}.',
    'client_known_until_not' => 'Het verbruik wordt nog verzameld; deze cijfers kunnen onvolledig zijn.',
    'client_remark_stored' => 'De actuele cijfers zijn momenteel niet beschikbaar. U ziet de laatst opgeslagen'
        . ' cijfers.',
    'client_remark_not_live' => 'De opslag reageert momenteel niet. Keys kunnen niet worden getoond of gewijzigd; de'
        . ' cijfers zijn de laatst bekende.',

    // Next invoice
    'client_invoice' => 'Volgende factuur tot nu toe',
    'client_invoice_text' => 'Wat tot nu toe is geteld, inclusief verbruik van eerdere maanden dat nog niet is'
        . ' gefactureerd. De factuur wordt opgemaakt op basis van de definitieve cijfers.',
    'client_invoice_what' => 'Onderdeel',
    'client_invoice_so_far' => 'Tot nu toe',
    'client_invoice_included' => 'Inbegrepen',
    'client_invoice_price' => 'Prijs',

    // Keys
    'client_keys' => 'Access keys',
    'client_keys_text' => 'Een applicatie heeft de access key ID en de secret key nodig. Er kunnen twee paren tegelijk'
        . ' zijn. Zo wisselt u zonder onderbreking: maak een nieuw paar aan, stel het in uw applicaties in en trek'
        . ' daarna het oude paar in.',
    'client_key_current' => 'huidig',
    'client_key_old' => 'oud',
    'client_new_pair' => 'Nieuw paar aanmaken',
    'client_revoke' => 'Intrekken…',
    'client_keys_not_known' => 'De keys zijn momenteel niet beschikbaar.',
    'client_key_unknown' => 'Deze sleutel bestaat niet of is al ingetrokken.',
    'client_new_keys' => 'Bewaar de secret key op een veilige plaats: wie hem heeft, kan uw gegevens lezen en'
        . ' verwijderen.',
    'client_sub_accounts' => 'Subaccounts',
    'client_sub_account' => 'Subaccount',
    'client_sub_accounts_text' => 'Een subaccount heeft eigen keys en gebruikt dezelfde opslag. Maak er een aan voor'
        . ' elke applicatie of persoon.',
    'client_sub_accounts_none' => 'Uw product bevat geen subaccounts.',
    'client_sub_accounts_any' => 'Subaccounts: {count}.',
    'client_sub_accounts_of' => 'Subaccounts: {count} van {most}.',
    'client_sub_name' => 'Naam van het nieuwe subaccount',
    'client_sub_name_rule' => 'Letters (a–z, A–Z), cijfers, punt, koppelteken en underscore; het eerste teken is een'
        . ' letter of cijfer; maximaal 64 tekens.',
    'client_sub_create' => 'Subaccount aanmaken',
    'client_sub_delete' => 'Subaccount verwijderen…',
    'client_ask_revoke' => 'Access key {key} intrekken?',
    'client_ask_revoke_consequence' => 'Applicaties die deze key gebruiken, verliezen direct de toegang. Dit kan niet'
        . ' ongedaan worden gemaakt.',
    'client_ask_delete' => 'Subaccount {name} verwijderen?',
    'client_ask_delete_consequence' => 'De keys van het subaccount werken direct niet meer. Uw gegevens blijven'
        . ' behouden. Dit kan niet ongedaan worden gemaakt.',
    'client_button_revoke' => 'Access key intrekken',
    'client_button_delete' => 'Subaccount verwijderen',
    'client_done_rotated' => 'De nieuwe access key {key} werkt nu. De oude blijft werken tot u deze intrekt.',
    'client_done_revoked' => 'De access key {key} werkt niet meer.',
    'client_done_shown' => 'De secret keys worden hieronder getoond, alleen op deze pagina.',
    'client_done_created' => 'Het subaccount {name} is aangemaakt.',
    'client_done_deleted' => 'Het subaccount {name} is verwijderd.',

    // Settings of apps
    'client_connect' => 'Applicatie koppelen',
    'client_connect_text' => 'Kopieer de instellingen voor uw applicatie. Vul de secret key in op de plaats van'
        . ' {place}.',
    'client_connect_none' => 'De instellingen kunnen momenteel niet worden getoond.',

    // Usage by bucket
    'client_usage' => 'Verbruik per bucket',
    'client_usage_month' => 'Maand',
    'client_usage_show' => 'Tonen',
    'client_usage_download' => 'Downloaden als CSV',
    'client_usage_none' => 'In deze maand is niets verbruikt.',
    'client_usage_not_known' => 'Over deze maand zijn geen gegevens bekend.',
    'client_usage_days' => '{bucket} per dag',
    'client_requests' => 'Verzoeken',
    'client_stored_hours' => 'Grootte × tijd',
    'client_no_bucket' => '(verzoeken zonder bucket)',
    'client_computed' => 'Zo wordt dit berekend',
    'client_computed_unit' => '1 {unit} is {gigabyte} bytes.',
    'client_computed_storage' => 'Opslag wordt gemeten in grootte × tijd: {stored} in de getoonde maand. Gedeeld door'
        . ' de {hours} uur van de hele maand is dat gemiddeld {average} {unit}.',
    'client_computed_traffic' => 'Bij downloads tellen de bytes van uw bestanden: {bytes} bytes is {downloaded}'
        . ' {unit}.',
    'client_computed_late' => 'De cijfers komen met ongeveer een uur vertraging. Wat pas na het einde van een maand'
        . ' bekend wordt, wordt samen met de volgende maand gefactureerd.',

    // Refusals
    'client_error' => 'Dat is niet gelukt. Probeer het later opnieuw of neem contact op met onze support.',
    'client_error_with_id' => 'Dat is niet gelukt. Probeer het later opnieuw of neem contact op met onze support en'
        . ' vermeld het verzoek-ID {id}.',
    'client_error_account_suspended' => 'De dienst is opgeschort, dus er kan niets worden gewijzigd.',
    'client_error_key_limit' => 'Er zijn al twee paren; meer is niet mogelijk. Trek er eerst een in.',
    'client_error_key_in_use' => 'Deze key is in gebruik. Maak eerst een nieuw paar aan.',
    'client_error_sub_account_limit' => 'Uw product staat niet meer subaccounts toe.',
    'client_error_sub_account_exists' => 'Er bestaat al een subaccount met deze naam.',
    'client_error_sub_account_unknown' => 'Er bestaat geen subaccount met deze naam.',
    'client_error_invalid_params' => 'Met de verzonden gegevens is dit niet mogelijk. Controleer ze en probeer het'
        . ' opnieuw.',
    'client_error_busy' => 'Er wordt op dit moment iets anders gewijzigd. Probeer het zo meteen opnieuw.',
    'client_not_yours' => 'Deze dienst hoort niet bij uw account.',
    'client_not_active' => 'De dienst is niet actief, dus er valt niets te tonen of te wijzigen.',
    'client_form_expired' => 'Het formulier is verlopen. Open de pagina opnieuw en herhaal de handeling.',
    'client_sub_name_wrong' => 'De naam mag alleen letters (a–z, A–Z), cijfers, punten, koppeltekens en underscores'
        . ' bevatten en moet met een letter of cijfer beginnen; maximaal 64 tekens.',
];
