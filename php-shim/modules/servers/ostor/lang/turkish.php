<?php

/**
 * What customers read, in Turkish. Nothing is added to the end of a {place}: endings depend on what stands there.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'tr',
    'client_decimal_point' => ',',
    'client_thousands_separator' => '.',
    'client_not_known' => 'bilinmiyor',
    'client_figure' => '{value} {unit}',
    'client_unit_hours' => '{unit}·saat',

    // Pages
    'client_title' => 'Nesne depolama',
    'client_pages' => 'Nesne depolama sayfaları',
    'client_page_overview' => 'Genel bakış',
    'client_page_keys' => 'Erişim anahtarları',
    'client_page_connect' => 'Uygulama bağlama',
    'client_page_usage' => 'Bucket bazında kullanım',
    'client_action_keys' => 'S3 erişim anahtarları',
    'client_back' => 'Geri',
    'client_copy' => 'Kopyala',
    'client_copied' => 'Kopyalandı',

    // State
    'client_state' => 'Durum',
    'client_state_active' => 'Etkin',
    'client_state_active_text' => 'Depolama alanı kullanıma hazır.',
    'client_state_pending' => 'Henüz oluşturulmadı',
    'client_state_pending_text' => 'Depolama alanı ödemeden sonra oluşturulur. Lütfen birkaç dakika sonra tekrar'
        . ' bakın.',
    'client_state_suspended' => 'Askıya alındı',
    'client_state_suspended_text' => 'Erişim şu an kapalı. Verileriniz korunuyor.',
    'client_state_suspended_reason_text' => 'Erişim şu an kapalı. Verileriniz korunuyor. Neden: {reason}',
    'client_state_deleting' => 'Siliniyor',
    'client_state_deleting_text' => 'Hizmet iptal edildi. Veriler siliniyor.',
    'client_state_retained' => 'İptal edildi',
    'client_state_retained_text' => 'Hizmet iptal edildi. Veriler {time} tarihine kadar saklanır, ardından silinir.',
    'client_state_ended' => 'Sona erdi',
    'client_state_ended_text' => 'Bu depolama alanı kapatıldı ve artık kullanılamaz.',

    // Connection
    'client_connection' => 'Bağlantı',
    'client_endpoint' => 'Uç nokta (endpoint)',
    'client_region' => 'Bölge',
    'client_key_id' => 'Erişim anahtarı kimliği',
    'client_secret_key' => 'Gizli erişim anahtarı',
    'client_show_secret' => 'Gizli anahtarı göster',
    'client_path_style' => '“Path-style” adres kullanın: bucket adı uç noktadan sonra yazılır.',

    // Usage
    'client_storage' => 'Depolama ve trafik',
    'client_storage_used' => 'Kullanılan: {used}',
    'client_storage_used_unlimited' => 'Kullanılan: {used}, sınırsız',
    'client_storage_used_of' => 'Kullanılan: {used} / {quota} (%{percent})',
    'client_storage_not_known' => 'Ne kadar alan kullanıldığı şu anda bilinmiyor.',
    'client_storage_not_known_of' => '{quota} alanın ne kadarının kullanıldığı şu anda bilinmiyor.',
    'client_storage_full' => 'Neredeyse dolu: doluluk oranı %{percent}. Alan dolduğunda yüklemeler başarısız olur.',
    'client_storage_at' => 'Depolama durumu: {time}',
    'client_month' => 'Bu ay',
    'client_downloaded' => 'İndirilen',
    'client_uploaded' => 'Yüklenen',
    'client_requests_put' => 'PUT istekleri',
    'client_requests_get' => 'GET istekleri',
    'client_requests_list' => 'LIST istekleri',
    'client_requests_other' => 'Diğer istekler',
    'client_history' => 'Geçmiş',
    'client_chart_days_stored' => 'Depolanan, son 30 gün',
    'client_chart_days_downloaded' => 'İndirilen, son 30 gün',
    'client_chart_months_stored' => 'Depolanan, son 12 ay',
    'client_chart_months_downloaded' => 'İndirilen, son 12 ay',
    'client_as_table' => 'Tablo olarak göster',
    'client_date' => 'Tarih',
    'client_column_stored' => 'Depolanan',
    'client_column_downloaded' => 'İndirilen',
    'client_buckets' => 'Bucket’lar',
    'client_bucket' => 'Bucket',
    'client_size' => 'Boyut',
    'client_created' => 'Oluşturulma tarihi',
    'client_buckets_none' => 'Henüz bucket yok.',
    'client_buckets_more' => 'En büyük bucket’lar gösteriliyor: {shown} / {total}.',
    'client_known_until' => 'Kullanım verileri {time} tarihine kadar olan süreyi kapsar.',
    'client_known_until_not' => 'Kullanım verileri hâlâ toplanıyor; bu değerler eksik olabilir.',
    'client_remark_stored' => 'Güncel veriler şu anda alınamıyor. Son kaydedilen değerler gösteriliyor.',
    'client_remark_not_live' => 'Depolama sistemi şu anda yanıt vermiyor. Anahtarlar gösterilemez ve değiştirilemez;'
        . ' gösterilenler bilinen son değerlerdir.',

    // Next invoice
    'client_invoice' => 'Sonraki fatura (şu ana kadar)',
    'client_invoice_text' => 'Şu ana kadar sayılan miktarlar; önceki aylardan henüz faturalanmamış kullanım dahildir.'
        . ' Fatura kesin değerlere göre düzenlenir.',
    'client_invoice_what' => 'Kalem',
    'client_invoice_so_far' => 'Şu ana kadar',
    'client_invoice_included' => 'Dahil',
    'client_invoice_price' => 'Fiyat',

    // Keys
    'client_keys' => 'Erişim anahtarları',
    'client_keys_text' => 'Uygulamalar erişim anahtarı kimliğine ve gizli anahtara ihtiyaç duyar. Aynı anda iki'
        . ' anahtar çifti olabilir. Anahtarları kesintisiz değiştirmek için yeni bir çift oluşturun, uygulamalarınıza'
        . ' girin, ardından eskisini geçersiz kılın.',
    'client_key_current' => 'güncel',
    'client_key_old' => 'eski',
    'client_new_pair' => 'Yeni çift oluştur',
    'client_revoke' => 'Geçersiz kıl…',
    'client_keys_not_known' => 'Anahtar bilgilerine şu anda ulaşılamıyor.',
    'client_key_unknown' => 'Böyle bir anahtar yok veya zaten geçersiz kılınmış.',
    'client_new_keys' => 'Gizli anahtarı güvenli bir yerde saklayın: bu anahtara sahip olan herkes verilerinizi'
        . ' okuyabilir ve silebilir.',
    'client_sub_accounts' => 'Alt hesaplar',
    'client_sub_account' => 'Alt hesap',
    'client_sub_accounts_text' => 'Alt hesabın kendi anahtarları vardır ve aynı depolama alanını kullanır. Her'
        . ' uygulama veya kişi için ayrı bir alt hesap oluşturun.',
    'client_sub_accounts_none' => 'Ürününüz alt hesap içermiyor.',
    'client_sub_accounts_any' => 'Alt hesaplar: {count}.',
    'client_sub_accounts_of' => 'Alt hesaplar: {count} / {most}.',
    'client_sub_name' => 'Yeni alt hesabın adı',
    'client_sub_name_rule' => 'a–z ve A–Z harfleri (Türkçe harfler olmadan), rakam, nokta, kısa çizgi ve alt çizgi;'
        . ' ilk karakter harf veya rakamdır; en fazla 64 karakter.',
    'client_sub_create' => 'Alt hesap oluştur',
    'client_sub_delete' => 'Alt hesabı sil…',
    'client_ask_revoke' => '{key} anahtarı geçersiz kılınsın mı?',
    'client_ask_revoke_consequence' => 'Bu anahtarı kullanan uygulamaların erişimi hemen kesilir. Bu işlem geri'
        . ' alınamaz.',
    'client_ask_delete' => '{name} alt hesabı silinsin mi?',
    'client_ask_delete_consequence' => 'Bu hesabın anahtarları hemen geçersiz olur. Verileriniz silinmez. Bu işlem'
        . ' geri alınamaz.',
    'client_button_revoke' => 'Anahtarı geçersiz kıl',
    'client_button_delete' => 'Alt hesabı sil',
    'client_done_rotated' => 'Yeni {key} anahtarı artık çalışıyor. Eskisi, siz geçersiz kılana kadar çalışmaya devam'
        . ' eder.',
    'client_done_revoked' => '{key} anahtarı artık çalışmıyor.',
    'client_done_shown' => 'Gizli anahtarlar aşağıda, yalnızca bu sayfada gösteriliyor.',
    'client_done_created' => '{name} alt hesabı oluşturuldu.',
    'client_done_deleted' => '{name} alt hesabı silindi.',

    // Settings of apps
    'client_connect' => 'Uygulama bağlama',
    'client_connect_text' => 'Uygulamanız için gereken ayarları kopyalayın. {place} yerine gizli anahtarı yazın.',
    'client_connect_none' => 'Ayarlar şu anda gösterilemiyor.',

    // Usage by bucket
    'client_usage' => 'Bucket bazında kullanım',
    'client_usage_month' => 'Ay',
    'client_usage_show' => 'Göster',
    'client_usage_download' => 'CSV olarak indir',
    'client_usage_none' => 'Bu ay kullanım yok.',
    'client_usage_not_known' => 'Bu ay için veri yok.',
    'client_usage_days' => '{bucket}: günlük kullanım',
    'client_requests' => 'İstekler',
    'client_stored_hours' => 'Boyut × süre',
    'client_no_bucket' => '(bucket belirtmeyen istekler)',
    'client_computed' => 'Hesaplama yöntemi',
    'client_computed_unit' => '1 {unit} = {gigabyte} B.',
    'client_computed_storage' => 'Depolama, boyut × süre olarak ölçülür; bu ay: {stored}. Tüm ayın saat sayısına'
        . ' ({hours}) bölündüğünde ortalama {average} {unit} eder.',
    'client_computed_traffic' => 'İndirmelerde dosyalarınızın baytları sayılır: {bytes} B = {downloaded} {unit}.',
    'client_computed_late' => 'Veriler yaklaşık bir saat gecikmeyle gelir. Ancak ay bittikten sonra belli olan'
        . ' miktarlar bir sonraki ayla birlikte faturalandırılır.',

    // Refusals
    'client_error' => 'İşlem gerçekleştirilemedi. Lütfen daha sonra tekrar deneyin veya destek ekibimize başvurun.',
    'client_error_with_id' => 'İşlem gerçekleştirilemedi. Lütfen daha sonra tekrar deneyin veya istek kimliğini ({id})'
        . ' belirterek destek ekibimize başvurun.',
    'client_error_account_suspended' => 'Hizmet askıya alındığı için hiçbir şey değiştirilemez.',
    'client_error_key_limit' => 'İki anahtar çifti var, daha fazlası oluşturulamaz. Önce birini geçersiz kılın.',
    'client_error_key_in_use' => 'Bu anahtar kullanımda. Önce yeni bir çift oluşturun.',
    'client_error_sub_account_limit' => 'Ürününüz daha fazla alt hesaba izin vermiyor.',
    'client_error_sub_account_exists' => 'Bu adda bir alt hesap zaten var.',
    'client_error_sub_account_unknown' => 'Bu adda bir alt hesap yok.',
    'client_error_invalid_params' => 'Gönderilen bilgilerle bu işlem yapılamaz. Lütfen kontrol edip tekrar deneyin.',
    'client_error_busy' => 'Şu anda başka bir değişiklik yapılıyor. Lütfen biraz sonra tekrar deneyin.',
    'client_not_yours' => 'Bu hizmet size ait değil.',
    'client_not_active' => 'Hizmet etkin olmadığı için gösterilecek veya değiştirilecek bir şey yok.',
    'client_form_expired' => 'Formun süresi doldu. Lütfen sayfayı yeniden açıp işlemi tekrarlayın.',
    'client_sub_name_wrong' => 'Ad yalnızca a–z ve A–Z harflerini (Türkçe harfler olmadan), rakam, nokta, kısa çizgi'
        . ' ve alt çizgi içerebilir ve harf veya rakamla başlamalıdır; en fazla 64 karakter.',
];
