<?php

/**
 * What customers read, in German. See english.php. Between a number and % stands a no-break space.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'de',
    'client_decimal_point' => ',',
    'client_thousands_separator' => '.',
    'client_not_known' => 'unbekannt',
    'client_figure' => "{value}\u{A0}{unit}",
    'client_unit_hours' => '{unit}-Stunden',

    // Pages
    'client_title' => 'Objektspeicher',
    'client_pages' => 'Seiten des Objektspeichers',
    'client_page_overview' => 'Übersicht',
    'client_page_keys' => 'Zugriffsschlüssel',
    'client_page_connect' => 'Anwendung verbinden',
    'client_page_usage' => 'Nutzung nach Bucket',
    'client_action_keys' => 'S3-Zugriffsschlüssel',
    'client_back' => 'Zurück',
    'client_copy' => 'Kopieren',
    'client_copied' => 'Kopiert',

    // State
    'client_state' => 'Status',
    'client_state_active' => 'Aktiv',
    'client_state_active_text' => 'Der Speicher kann genutzt werden.',
    'client_state_pending' => 'Noch nicht eingerichtet',
    'client_state_pending_text' => 'Der Speicher wird nach Zahlungseingang eingerichtet. Bitte sehen Sie in einigen'
        . ' Minuten noch einmal nach.',
    'client_state_suspended' => 'Gesperrt',
    'client_state_suspended_text' => 'Der Zugriff ist vorübergehend gesperrt. Ihre Daten bleiben erhalten.',
    'client_state_suspended_reason_text' => 'Der Zugriff ist vorübergehend gesperrt. Ihre Daten bleiben erhalten.'
        . ' Grund: {reason}',
    'client_state_deleting' => 'Wird gelöscht',
    'client_state_deleting_text' => 'Der Speicher wurde gekündigt. Die Daten werden zurzeit gelöscht.',
    'client_state_retained' => 'Gekündigt',
    'client_state_retained_text' => 'Der Speicher wurde gekündigt. Die Daten bleiben bis {time} erhalten und werden'
        . ' danach gelöscht.',
    'client_state_ended' => 'Beendet',
    'client_state_ended_text' => 'Dieser Speicher ist geschlossen und kann nicht mehr genutzt werden.',

    // Connection
    'client_connection' => 'Verbindungsdaten',
    'client_endpoint' => 'Endpunkt',
    'client_region' => 'Region',
    'client_key_id' => 'Zugriffsschlüssel-ID',
    'client_secret_key' => 'Geheimer Zugriffsschlüssel',
    'client_show_secret' => 'Geheimen Schlüssel anzeigen',
    'client_path_style' => 'Verwenden Sie Adressen im Pfadstil (path-style): Der Name des Buckets folgt auf den'
        . ' Endpunkt.',

    // Usage
    'client_storage' => 'Speicher und Datenverkehr',
    'client_storage_used' => 'Belegt: {used}',
    'client_storage_used_unlimited' => 'Belegt: {used}, ohne Begrenzung',
    'client_storage_used_of' => 'Belegt: {used} von {quota} ({percent} %)',
    'client_storage_not_known' => 'Wie viel Speicher belegt ist, ist derzeit nicht bekannt.',
    'client_storage_not_known_of' => 'Wie viel von {quota} belegt ist, ist derzeit nicht bekannt.',
    'client_storage_full' => 'Fast voll: {percent} % des Speichers sind belegt. Ist der Speicher voll, schlagen Uploads'
        . ' fehl.',
    'client_storage_at' => 'Stand des Speichers: {time}',
    'client_month' => 'Dieser Monat',
    'client_downloaded' => 'Heruntergeladen',
    'client_uploaded' => 'Hochgeladen',
    'client_requests_put' => 'PUT-Anfragen',
    'client_requests_get' => 'GET-Anfragen',
    'client_requests_list' => 'LIST-Anfragen',
    'client_requests_other' => 'Sonstige Anfragen',
    'client_history' => 'Verlauf',
    'client_chart_days_stored' => 'Gespeichert, letzte 30 Tage',
    'client_chart_days_downloaded' => 'Heruntergeladen, letzte 30 Tage',
    'client_chart_months_stored' => 'Gespeichert, letzte 12 Monate',
    'client_chart_months_downloaded' => 'Heruntergeladen, letzte 12 Monate',
    'client_as_table' => 'Als Tabelle anzeigen',
    'client_date' => 'Datum',
    'client_column_stored' => 'Gespeichert',
    'client_column_downloaded' => 'Heruntergeladen',
    'client_buckets' => 'Buckets',
    'client_bucket' => 'Bucket',
    'client_size' => 'Größe',
    'client_created' => 'Erstellt',
    'client_buckets_none' => 'Es sind noch keine Buckets vorhanden.',
    'client_buckets_more' => 'Angezeigt werden die {shown} größten von insgesamt {total} Buckets.',
    'client_known_until' => 'Die Nutzung ist bis {time} erfasst.',
    'client_known_until_not' => 'Die Nutzung wird noch erfasst; die Werte können unvollständig sein.',
    'client_remark_stored' => 'Aktuelle Werte sind derzeit nicht verfügbar. Angezeigt werden die zuletzt'
        . ' gespeicherten.',
    'client_remark_not_live' => 'Der Speicher antwortet derzeit nicht. Schlüssel können weder angezeigt noch geändert'
        . ' werden; die Werte sind die zuletzt bekannten.',

    // Next invoice
    'client_invoice' => 'Nächste Rechnung, bisheriger Stand',
    'client_invoice_text' => 'Bisher erfasste Nutzung, einschließlich noch nicht abgerechneter Nutzung früherer'
        . ' Monate. Abgerechnet werden die endgültigen Werte.',
    'client_invoice_what' => 'Leistung',
    'client_invoice_so_far' => 'Bisher',
    'client_invoice_included' => 'Inklusive',
    'client_invoice_price' => 'Preis',

    // Keys
    'client_keys' => 'Zugriffsschlüssel',
    'client_keys_text' => 'Eine Anwendung benötigt die Zugriffsschlüssel-ID und den geheimen Schlüssel. Es kann zwei'
        . ' Schlüsselpaare gleichzeitig geben. So wechseln Sie ohne Unterbrechung: Erstellen Sie ein neues Paar, tragen'
        . ' Sie es in Ihre Anwendungen ein und widerrufen Sie dann das alte.',
    'client_key_current' => 'aktuell',
    'client_key_old' => 'alt',
    'client_new_pair' => 'Neues Schlüsselpaar erstellen',
    'client_revoke' => 'Widerrufen…',
    'client_keys_not_known' => 'Die Schlüssel können derzeit nicht abgerufen werden.',
    'client_key_unknown' => 'Diesen Schlüssel gibt es nicht oder er wurde bereits widerrufen.',
    'client_new_keys' => 'Bewahren Sie den geheimen Schlüssel sicher auf: Wer ihn hat, kann Ihre Daten lesen und'
        . ' löschen.',
    'client_sub_accounts' => 'Unterkonten',
    'client_sub_account' => 'Unterkonto',
    'client_sub_accounts_text' => 'Ein Unterkonto hat eigene Schlüssel und nutzt denselben Speicher. Geben Sie jeder'
        . ' Anwendung oder Person ein eigenes.',
    'client_sub_accounts_none' => 'Ihr Produkt enthält keine Unterkonten.',
    'client_sub_accounts_any' => 'Unterkonten: {count}.',
    'client_sub_accounts_of' => 'Unterkonten: {count} von {most}.',
    'client_sub_name' => 'Name des neuen Unterkontos',
    'client_sub_name_rule' => 'Buchstaben (a–z, A–Z), Ziffern, Punkt, Bindestrich und Unterstrich; am Anfang ein'
        . ' Buchstabe oder eine Ziffer; höchstens 64 Zeichen.',
    'client_sub_create' => 'Unterkonto erstellen',
    'client_sub_delete' => 'Unterkonto löschen…',
    'client_ask_revoke' => 'Schlüssel {key} widerrufen?',
    'client_ask_revoke_consequence' => 'Anwendungen, die ihn verwenden, verlieren sofort den Zugriff. Dies kann nicht'
        . ' rückgängig gemacht werden.',
    'client_ask_delete' => 'Unterkonto {name} löschen?',
    'client_ask_delete_consequence' => 'Seine Schlüssel werden sofort ungültig. Ihre Daten bleiben erhalten. Dies kann'
        . ' nicht rückgängig gemacht werden.',
    'client_button_revoke' => 'Schlüssel widerrufen',
    'client_button_delete' => 'Unterkonto löschen',
    'client_done_rotated' => 'Der neue Schlüssel {key} ist ab sofort gültig. Der alte bleibt gültig, bis Sie ihn'
        . ' widerrufen.',
    'client_done_revoked' => 'Der Schlüssel {key} ist nicht mehr gültig.',
    'client_done_shown' => 'Die geheimen Schlüssel werden unten angezeigt, nur auf dieser Seite.',
    'client_done_created' => 'Das Unterkonto {name} wurde erstellt.',
    'client_done_deleted' => 'Das Unterkonto {name} wurde gelöscht.',

    // Settings of apps
    'client_connect' => 'Anwendung verbinden',
    'client_connect_text' => 'Kopieren Sie die Einstellungen für Ihre Anwendung. Setzen Sie den geheimen Schlüssel an'
        . ' die Stelle von {place}.',
    'client_connect_none' => 'Die Einstellungen können derzeit nicht angezeigt werden.',

    // Usage by bucket
    'client_usage' => 'Nutzung nach Bucket',
    'client_usage_month' => 'Monat',
    'client_usage_show' => 'Anzeigen',
    'client_usage_download' => 'Als CSV herunterladen',
    'client_usage_none' => 'In diesem Monat wurde nichts genutzt.',
    'client_usage_not_known' => 'Für diesen Monat liegen keine Werte vor.',
    'client_usage_days' => '{bucket} nach Tagen',
    'client_requests' => 'Anfragen',
    'client_stored_hours' => 'Größe × Zeit',
    'client_no_bucket' => '(Anfragen ohne Bucket)',
    'client_computed' => 'So werden die Werte berechnet',
    'client_computed_unit' => '1 {unit} sind {gigabyte} Bytes.',
    'client_computed_storage' => 'Speicher wird als Größe × Zeit gemessen: {stored} im angezeigten Monat. Geteilt durch'
        . ' die {hours} Stunden des ganzen Monats ergibt das im Durchschnitt {average} {unit}.',
    'client_computed_traffic' => 'Beim Herunterladen zählen die Bytes Ihrer Dateien: {bytes} Bytes sind {downloaded}'
        . ' {unit}.',
    'client_computed_late' => 'Die Werte kommen mit etwa einer Stunde Verzögerung. Was erst nach dem Ende eines Monats'
        . ' bekannt wird, wird zusammen mit dem darauffolgenden Monat abgerechnet.',

    // Refusals
    'client_error' => 'Das hat nicht funktioniert. Bitte versuchen Sie es später erneut oder wenden Sie sich an unseren'
        . ' Support.',
    'client_error_with_id' => 'Das hat nicht funktioniert. Bitte versuchen Sie es später erneut oder wenden Sie sich'
        . ' mit der Anfrage-ID {id} an unseren Support.',
    'client_error_account_suspended' => 'Der Dienst ist gesperrt. Änderungen sind daher nicht möglich.',
    'client_error_key_limit' => 'Es gibt bereits zwei Schlüsselpaare, mehr sind nicht möglich. Widerrufen Sie zuerst'
        . ' eines.',
    'client_error_key_in_use' => 'Dieser Schlüssel ist in Verwendung. Erstellen Sie zuerst ein neues Schlüsselpaar.',
    'client_error_sub_account_limit' => 'Ihr Produkt erlaubt keine weiteren Unterkonten.',
    'client_error_sub_account_exists' => 'Ein Unterkonto mit diesem Namen gibt es bereits.',
    'client_error_sub_account_unknown' => 'Ein Unterkonto mit diesem Namen gibt es nicht.',
    'client_error_invalid_params' => 'Mit diesen Angaben ist das nicht möglich. Bitte prüfen Sie sie und versuchen Sie'
        . ' es erneut.',
    'client_error_busy' => 'Zurzeit läuft eine andere Änderung. Bitte versuchen Sie es gleich noch einmal.',
    'client_not_yours' => 'Dieser Dienst gehört nicht zu Ihrem Kundenkonto.',
    'client_not_active' => 'Der Dienst ist nicht aktiv. Daher kann nichts angezeigt oder geändert werden.',
    'client_form_expired' => 'Das Formular ist abgelaufen. Bitte öffnen Sie die Seite erneut und wiederholen Sie die'
        . ' Eingabe.',
    'client_sub_name_wrong' => 'Der Name darf nur Buchstaben (a–z, A–Z), Ziffern, Punkte, Bindestriche und'
        . ' Unterstriche enthalten und muss mit einem Buchstaben oder einer Ziffer beginnen; höchstens 64 Zeichen.',
];
