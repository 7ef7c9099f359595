<?php

/**
 * What customers read, in Italian. See english.php.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'it',
    'client_decimal_point' => ',',
    'client_thousands_separator' => '.',
    'client_not_known' => 'non noto',
    'client_figure' => "{value}\u{A0}{unit}",
    'client_unit_hours' => '{unit}-ora',

    // Pages
    'client_title' => 'Object storage',
    'client_pages' => 'Pagine dell’object storage',
    'client_page_overview' => 'Panoramica',
    'client_page_keys' => 'Chiavi di accesso',
    'client_page_connect' => 'Collega un’applicazione',
    'client_page_usage' => 'Utilizzo per bucket',
    'client_action_keys' => 'Chiavi di accesso S3',
    'client_back' => 'Indietro',
    'client_copy' => 'Copia',
    'client_copied' => 'Copiato',

    // State
    'client_state' => 'Stato',
    'client_state_active' => 'Attivo',
    'client_state_active_text' => 'Lo spazio di archiviazione può essere utilizzato.',
    'client_state_pending' => 'Non ancora creato',
    'client_state_pending_text' => 'Lo spazio di archiviazione viene predisposto dopo il pagamento. Torni tra qualche'
        . ' minuto.',
    'client_state_suspended' => 'Sospeso',
    'client_state_suspended_text' => 'L’accesso è per ora bloccato. I Suoi dati vengono conservati.',
    'client_state_suspended_reason_text' => 'L’accesso è per ora bloccato. I Suoi dati vengono conservati. Motivo:'
        . ' {reason}',
    'client_state_deleting' => 'In eliminazione',
    'client_state_deleting_text' => 'Lo spazio di archiviazione è stato disdetto. L’eliminazione dei dati è in corso.',
    'client_state_retained' => 'Disdetto',
    'client_state_retained_text' => 'Lo spazio di archiviazione è stato disdetto. I dati vengono conservati fino al'
        . ' {time}, poi eliminati.',
    'client_state_ended' => 'Terminato',
    'client_state_ended_text' => 'Questo spazio di archiviazione è chiuso e non può più essere utilizzato.',

    // Connection
    'client_connection' => 'Connessione',
    'client_endpoint' => 'Endpoint',
    'client_region' => 'Regione',
    'client_key_id' => 'ID chiave di accesso',
    'client_secret_key' => 'Chiave di accesso segreta',
    'client_show_secret' => 'Mostra la chiave segreta',
    'client_path_style' => 'Utilizzi indirizzi in stile percorso (path-style): il nome del bucket segue l’endpoint.',

    // Usage
    'client_storage' => 'Spazio e traffico',
    'client_storage_used' => 'In uso: {used}',
    'client_storage_used_unlimited' => 'In uso: {used}, senza limite',
    'client_storage_used_of' => 'In uso: {used} su {quota} ({percent}%)',
    'client_storage_not_known' => 'Al momento non è noto quanto spazio sia in uso.',
    'client_storage_not_known_of' => 'Al momento non è noto quanto di {quota} sia in uso.',
    'client_storage_full' => 'Quasi pieno: è in uso il {percent}% dello spazio. Quando è pieno, i caricamenti non'
        . ' riescono.',
    'client_storage_at' => 'Spazio aggiornato al {time}.',
    'client_month' => 'Questo mese',
    'client_downloaded' => 'Dati scaricati',
    'client_uploaded' => 'Dati caricati',
    'client_requests_put' => 'Richieste PUT',
    'client_requests_get' => 'Richieste GET',
    'client_requests_list' => 'Richieste LIST',
    'client_requests_other' => 'Altre richieste',
    'client_history' => 'Andamento',
    'client_chart_days_stored' => 'Dati archiviati, ultimi 30 giorni',
    'client_chart_days_downloaded' => 'Dati scaricati, ultimi 30 giorni',
    'client_chart_months_stored' => 'Dati archiviati, ultimi 12 mesi',
    'client_chart_months_downloaded' => 'Dati scaricati, ultimi 12 mesi',
    'client_as_table' => 'Mostra come tabella',
    'client_date' => 'Data',
    'client_column_stored' => 'Dati archiviati',
    'client_column_downloaded' => 'Dati scaricati',
    'client_buckets' => 'Bucket',
    'client_bucket' => 'Bucket',
    'client_size' => 'Dimensione',
    'client_created' => 'Creazione',
    'client_buckets_none' => 'Non ci sono ancora bucket.',
    'client_buckets_more' => 'Bucket mostrati: i {shown} più grandi su {total}.',
    'client_known_until' => 'L’utilizzo è noto fino al {time}.',
    'client_known_until_not' => 'L’utilizzo è ancora in fase di rilevamento; questi valori possono essere incompleti.',
    'client_remark_stored' => 'I valori attuali al momento non sono disponibili. Vengono mostrati gli ultimi salvati.',
    'client_remark_not_live' => 'Lo spazio di archiviazione al momento non risponde. Le chiavi non possono essere'
        . ' mostrate né modificate; i valori sono gli ultimi noti.',

    // Next invoice
    'client_invoice' => 'Prossima fattura, situazione attuale',
    'client_invoice_text' => 'Quanto conteggiato finora, compreso l’utilizzo dei mesi precedenti non ancora'
        . ' fatturato. La fattura viene emessa in base ai valori definitivi.',
    'client_invoice_what' => 'Voce',
    'client_invoice_so_far' => 'Finora',
    'client_invoice_included' => 'Incluso',
    'client_invoice_price' => 'Prezzo',

    // Keys
    'client_keys' => 'Chiavi di accesso',
    'client_keys_text' => 'Un’applicazione richiede l’ID chiave di accesso e la chiave segreta. Possono esistere due'
        . ' coppie contemporaneamente. Per cambiarle senza interruzioni: crei una nuova coppia, la inserisca nelle Sue'
        . ' applicazioni, poi revochi quella vecchia.',
    'client_key_current' => 'attuale',
    'client_key_old' => 'precedente',
    'client_new_pair' => 'Crea una nuova coppia',
    'client_revoke' => 'Revoca…',
    'client_keys_not_known' => 'Le chiavi al momento non sono disponibili.',
    'client_key_unknown' => 'Questa chiave non esiste o è già stata revocata.',
    'client_new_keys' => 'Conservi la chiave segreta in un luogo sicuro: chi la possiede può leggere ed eliminare i'
        . ' Suoi dati.',
    'client_sub_accounts' => 'Sottoaccount',
    'client_sub_account' => 'Sottoaccount',
    'client_sub_accounts_text' => 'Un sottoaccount ha chiavi proprie e utilizza lo stesso spazio di archiviazione. Ne'
        . ' crei uno per ogni applicazione o persona.',
    'client_sub_accounts_none' => 'Il Suo prodotto non include sottoaccount.',
    'client_sub_accounts_any' => 'Sottoaccount: {count}.',
    'client_sub_accounts_of' => 'Sottoaccount: {count} su {most}.',
    'client_sub_name' => 'Nome del nuovo sottoaccount',
    'client_sub_name_rule' => 'Lettere (a–z, A–Z), cifre, punto, trattino e trattino basso; il primo carattere è una'
        . ' lettera o una cifra; al massimo 64 caratteri.',
    'client_sub_create' => 'Crea sottoaccount',
    'client_sub_delete' => 'Elimina sottoaccount…',
    'client_ask_revoke' => 'Revocare la chiave {key}?',
    'client_ask_revoke_consequence' => 'Le applicazioni che la utilizzano perdono subito l’accesso. L’operazione non'
        . ' può essere annullata.',
    'client_ask_delete' => 'Eliminare il sottoaccount {name}?',
    'client_ask_delete_consequence' => 'Le chiavi del sottoaccount smettono subito di funzionare. I Suoi dati vengono'
        . ' conservati. L’operazione non può essere annullata.',
    'client_button_revoke' => 'Revoca la chiave',
    'client_button_delete' => 'Elimina il sottoaccount',
    'client_done_rotated' => 'La nuova chiave {key} è già valida. Quella vecchia resta valida finché non la revoca.',
    'client_done_revoked' => 'La chiave {key} non funziona più.',
    'client_done_shown' => 'Le chiavi segrete sono mostrate di seguito, solo in questa pagina.',
    'client_done_created' => 'Il sottoaccount {name} è stato creato.',
    'client_done_deleted' => 'Il sottoaccount {name} è stato eliminato.',

    // Settings of apps
    'client_connect' => 'Collega un’applicazione',
    'client_connect_text' => 'Copi le impostazioni per la Sua applicazione. Inserisca la chiave segreta al posto di'
        . ' {place}.',
    'client_connect_none' => 'Le impostazioni al momento non possono essere mostrate.',

    // Usage by bucket
    'client_usage' => 'Utilizzo per bucket',
    'client_usage_month' => 'Mese',
    'client_usage_show' => 'Mostra',
    'client_usage_download' => 'Scarica in formato CSV',
    'client_usage_none' => 'Nessun utilizzo in questo mese.',
    'client_usage_not_known' => 'Non ci sono dati per questo mese.',
    'client_usage_days' => '{bucket} per giorno',
    'client_requests' => 'Richieste',
    'client_stored_hours' => 'Dimensione × tempo',
    'client_no_bucket' => '(richieste senza bucket)',
    'client_computed' => 'Come vengono calcolati i valori',
    'client_computed_unit' => '1 {unit} equivale a {gigabyte} byte.',
    'client_computed_storage' => 'Lo spazio si misura in dimensione × tempo: {stored} nel mese mostrato. Diviso per le'
        . ' {hours} ore dell’intero mese, risulta in media {average} {unit}.',
    'client_computed_traffic' => 'Per i dati scaricati contano i byte dei Suoi file: {bytes} byte sono {downloaded}'
        . ' {unit}.',
    'client_computed_late' => 'I valori arrivano con circa un’ora di ritardo. Ciò che diventa noto solo dopo la fine'
        . ' di un mese viene fatturato insieme al mese successivo.',

    // Refusals
    'client_error' => 'Operazione non riuscita. Riprovi più tardi o contatti la nostra assistenza.',
    'client_error_with_id' => 'Operazione non riuscita. Riprovi più tardi o contatti la nostra assistenza indicando'
        . ' l’ID della richiesta {id}.',
    'client_error_account_suspended' => 'Il servizio è sospeso, quindi non è possibile modificare nulla.',
    'client_error_key_limit' => 'Esistono già due coppie e non è possibile averne di più. Ne revochi prima una.',
    'client_error_key_in_use' => 'Questa chiave è in uso. Crei prima una nuova coppia.',
    'client_error_sub_account_limit' => 'Il Suo prodotto non consente altri sottoaccount.',
    'client_error_sub_account_exists' => 'Esiste già un sottoaccount con questo nome.',
    'client_error_sub_account_unknown' => 'Non esiste alcun sottoaccount con questo nome.',
    'client_error_invalid_params' => 'L’operazione non è possibile con i dati inviati. Li verifichi e riprovi.',
    'client_error_busy' => 'È in corso un’altra modifica. Riprovi tra qualche istante.',
    'client_not_yours' => 'Questo servizio non Le appartiene.',
    'client_not_active' => 'Il servizio non è attivo, quindi non c’è nulla da mostrare o modificare.',
    'client_form_expired' => 'Il modulo è scaduto. Riapra la pagina e ripeta l’operazione.',
    'client_sub_name_wrong' => 'Il nome può contenere solo lettere (a–z, A–Z), cifre, punti, trattini e trattini bassi'
        . ' e deve iniziare con una lettera o una cifra; al massimo 64 caratteri.',
];
