"""What questions and plain sentences are made of, which articles may lack: written from the language.

A phrase a line; words and pairs of neighbours count as if the library held them. Names of nobody and
of nowhere: those the library knows, or nobody does.
"""

PHRASES = """
là gì
là ai
là người
là một
là những
là ở đâu
ai là người
ai là
ai đã
ai được
do ai
của ai
bởi ai
cho ai
với ai
người nào
những ai
ông nào
bà nào
đồng chí nào
ở đâu
tại đâu
từ đâu
đến đâu
nằm ở đâu
diễn ra ở đâu
sinh ra ở đâu
nơi nào
chỗ nào
khi nào
từ khi nào
kể từ khi nào
lúc nào
bao giờ
hôm nào
dịp nào
ngày nào
vào ngày nào
tháng nào
ngày tháng năm nào
năm nào
vào năm nào
trong năm nào
từ năm nào
đến năm nào
năm bao nhiêu
thời gian nào
thời điểm nào
thời kỳ nào
giai đoạn nào
thế kỷ nào
thập kỷ nào
nhiệm kỳ nào
bao nhiêu
có bao nhiêu
được bao nhiêu
là bao nhiêu
bao nhiêu người
bao nhiêu năm
bao nhiêu lần
bao nhiêu phần trăm
bao nhiêu tuổi
bao lâu
bao xa
trong bao lâu
mấy lần
mấy người
mấy năm
lần thứ mấy
thứ mấy
hạng mấy
hạng nào
loại nào
nhóm nào
cấp nào
nước nào
đất nước nào
quốc gia nào
thành phố nào
tỉnh nào
huyện nào
xã nào
đơn vị nào
cơ quan nào
tổ chức nào
văn bản nào
nghị quyết nào
công ty nào
trường nào
đội nào
cái gì
cái nào
điều gì
điều nào
việc gì
những gì
gồm những gì
có những gì
bao gồm những gì
làm gì
để làm gì
tên gì
tên là gì
tên gọi là gì
tên của
được gọi là gì
gọi là gì
có tên là gì
nghĩa là gì
có nghĩa là gì
ý nghĩa gì
mục đích gì
vai trò gì
chức vụ gì
giữ chức vụ gì
nhiệm vụ gì
chức năng gì
chức năng nhiệm vụ của
phần thưởng gì
danh hiệu gì
khẩu hiệu gì
phương châm gì
nội dung gì
lý do gì
vì lý do gì
nguyên nhân gì
kết quả gì
nói gì
viết gì
như thế nào
thế nào
thì sao
ra sao
vì sao
tại sao
làm sao
có phải
phải không
đúng không
hay không
có không
còn gì nữa
một trong những
trong số những
những người
những năm
những nơi
những việc
những điều
những cái
những thứ
các loại
các nước
mỗi năm
mỗi người
mọi người
hãy cho biết
cho biết
cho tôi biết
cho hỏi
xin hỏi
xin cho biết
hãy kể tên
kể tên
hãy nêu
nêu tên
hãy liệt kê
liệt kê
so sánh
trình bày
kể về
nói về
biết về
tìm hiểu về
thông tin về
theo bài viết
theo tài liệu
được thành lập
thành lập
ra đời
được ra đời
được xây dựng
được tổ chức
được tặng
được trao tặng
được trao
được nhận
đã nhận được
nhận được
được công nhận
được bầu
được bầu làm
được bổ nhiệm
được sinh ra
sinh ra
sinh năm
mất năm
qua đời
bị bắt
hy sinh
được đặt tên
đặt tên
đổi tên
đổi tên thành
được đổi tên
được viết
được dùng để
được sử dụng
sử dụng
được coi là
được xem là
được biết đến
được biết đến là
được cho là
được thực hiện
được tạo ra
được phát hiện
được phát hành
được ban hành
được tìm thấy
được bắt đầu
bắt đầu
kết thúc
diễn ra
xảy ra
đã xảy ra
tham gia
tham dự
đã tham gia
phục vụ
làm việc
hoạt động
lãnh đạo
chỉ đạo
phụ trách
đứng đầu
đảm nhận
giúp đỡ
hỗ trợ
bảo vệ
xây dựng
phát triển
thay đổi
thay thế
trở thành
trở lại
tạo thành
tạo ra
tạo nên
gây ra
dẫn đến
ảnh hưởng
ảnh hưởng đến
liên quan đến
đề cập đến
nhắc đến
thuộc về
phụ thuộc vào
dựa trên
dựa vào
bao gồm
chia thành
được chia thành
chiếm giữ
chiến thắng
giành được
đánh bại
thất bại
tấn công
xâm lược
đầu hàng
chống lại
ủng hộ
phản đối
từ chối
đồng ý
cho phép
không được phép
yêu cầu
đề nghị
quyết định
tuyên bố
công bố
xuất bản
xuất hiện
phát minh
khám phá
nghiên cứu
học tập
giảng dạy
chữa bệnh
điều trị
mua lại
bán hàng
sản xuất
cung cấp
vận chuyển
đi đến
đi qua
đến từ
trở về
rời khỏi
sống ở
sống tại
nằm ở
nằm trong
đặt tại
có trụ sở tại
trụ sở
có thể
không thể
có thể được
cần phải
phải được
muốn
nên được
sẽ được
đang được
đã được
chưa được
không được
không có
không phải là
không còn
cũng là
vẫn còn
đã từng
đã có
đã là
đã làm
đã bị
đã trở thành
trước khi
sau khi
trong khi
cho đến khi
kể từ khi
trước đây
trước đó
sau đó
sau này
khi đó
lúc đó
hiện nay
hiện tại
ngày nay
gần đây
lâu nhất
đầu tiên
lần đầu tiên
người đầu tiên
cuối cùng
thứ nhất
thứ hai
thứ ba
thứ tư
lớn nhất
nhỏ nhất
cao nhất
thấp nhất
dài nhất
nhiều nhất
ít nhất
tốt nhất
quan trọng nhất
nổi tiếng nhất
phổ biến nhất
nhiều hơn
ít hơn
lớn hơn
cao hơn
tốt hơn
so với
giống như
khác với
khác nhau
cùng nhau
với nhau
cùng với
đối với
để có
để được
để trở thành
nhằm mục đích
thay vì
ngoài ra
bên ngoài
bên trong
bên cạnh
phía bắc
phía nam
phía đông
phía tây
ở giữa
ở trên
ở dưới
ở phía
ở trong
ở nước
ở thành phố
tại thành phố
tại các
trong các
trong những
trong thời gian
trong khoảng thời gian
trong lịch sử
trong năm
trong cuộc
trong trận
trên thế giới
trên toàn thế giới
vào năm
vào ngày
vào tháng
vào lúc
vào thời điểm
vào cuối
vào đầu
vào thế kỷ
từ năm
đến năm
từ ngày
khoảng năm
hàng năm
hàng tháng
hàng ngày
mỗi ngày
phần trăm
phần lớn
phần nào
một phần
một số
một người
một cách
một loại
một nhóm
tất cả
tất cả các
tất cả những
hầu hết
đa số
số lượng
số người
con số
tổng số
dân số
tỷ lệ
chiều dài
chiều cao
diện tích
khoảng cách
giá trị
loại hình
kiểu
dạng
tên khác
tên đầy đủ
tên ban đầu
tác giả
tác phẩm
cuốn sách
bài hát
bài viết
bộ phim
vai diễn
chương trình
sự kiện
sự thật
sự việc
vấn đề
lý do
nguyên nhân
kết quả
hậu quả
mục tiêu
mục đích
ý kiến
ý tưởng
ý nghĩa
khái niệm
lý thuyết
phương pháp
cách nào
bằng cách nào
theo cách nào
theo ai
điều kiện
khả năng
yếu tố
đặc điểm
ví dụ
nhà nước
chính phủ
chính quyền
chính trị
chính sách
kinh tế
xã hội
văn hóa
giáo dục
lịch sử
truyền thống
khoa học
kỹ thuật
công nghệ
tôn giáo
quân đội
quân sự
chiến tranh
chiến dịch
cuộc chiến
trận đánh
hòa bình
độc lập
tự do
dân chủ
pháp luật
luật pháp
quyền lực
quyền lợi
thành viên
cán bộ
công chức
nhân viên
công nhân
nông dân
nhân dân
học sinh
sinh viên
giáo viên
nhà khoa học
nhà văn
nhà vua
hoàng đế
vua
tổng thống
chủ tịch
thủ tướng
bộ trưởng
giám đốc
huấn luyện viên
cầu thủ
vợ chồng
cha mẹ
con trai
con gái
anh em
gia đình
trẻ em
phụ nữ
đàn ông
người dân
người ta
con người
đất nước
thế giới
thành phố
thủ đô
khu vực
vùng đất
hòn đảo
con sông
núi
biển
đường phố
ngôi nhà
tòa nhà
trường học
đại học
trường đại học
bệnh viện
nhà thờ
công ty
doanh nghiệp
tổ chức
cơ quan
văn phòng
kỷ niệm
ngày kỷ niệm
lễ kỷ niệm
buổi lễ
hội nghị
đại hội
huân chương
bằng khen
cờ thi đua
danh hiệu
giải thưởng
nghị quyết
chỉ thị
quyết định
nhiệm vụ
chức năng
trách nhiệm
đồng chí
bí thư
phó bí thư
chánh văn phòng
ông ấy
bà ấy
của ông
của bà
của họ
của nó
của mình
chúng ta
chúng tôi
người này
việc này
điều này
điều đó
nơi này
nơi đây
thời gian
thời kỳ
ngày tháng
thế kỷ
tiền
tiếng anh
tiếng việt
ngôn ngữ
vào năm 1
ngày 1 tháng 1 năm 1
thế kỷ 1
thập niên 1
lần thứ 1
kỷ niệm 1 năm
hơn 1 năm
khoảng 1 người
trên 1
dưới 1
đến 1 tuổi
1 phần trăm
1 lần
1 giờ
1 triệu
1 tỷ
1 nghìn
những cơ quan nào
những đơn vị nào
những văn phòng nào
những tỉnh nào
những nước nào
những người nào
những năm nào
những loại nào
những cách nào
có những ai
có ai
gặp ai
theo dõi
họp ở đâu
cuộc họp
buổi họp
họp mặt
gặp mặt
gặp gỡ
chào
xin chào
chào bạn
cảm ơn
cảm ơn bạn
bạn là ai
bạn tên gì
bạn có thể
bạn có khỏe không
làm ơn
hôm nay
hôm qua
ngày mai
bây giờ
bây giờ là mấy giờ
mấy giờ
tuần này
tháng này
năm nay
năm ngoái
đẹp
đẹp nhất
rất đẹp
đẹp quá
khỏe
sức khỏe
buồn
vui
mưa
nắng
trời mưa
trời nắng
ăn
ăn gì
uống
ngủ
nhà
đi đâu
đi từ đâu
làm thế nào
làm thế nào để
là bao lâu
giá bao nhiêu
giá cả
mua
mua ở đâu
bán
tiền bạc
điện thoại
số điện thoại
địa chỉ
địa điểm
thư điện tử
máy tính
xe máy
ô tô
đường
tôi muốn hỏi
tôi muốn biết
tôi cần
cho mình hỏi
mình muốn
em muốn hỏi
anh chị
thưa
ạ
nhé
còn
còn ở
còn năm
còn ai
thế còn
vậy còn
vậy thì
nếu
nếu như
thì
thì có
mà
mà không
nhưng
nhưng mà
hoặc
hoặc là
hay là
vì
vì thế
do đó
nên
và
và ở đâu
và là
và các
với
của
của các
của những
của nước
của người
của một
cho
cho các
cho những
bởi
từ
từ khi
từ các
về
về việc
về các
về những
đến
đến các
tới
lên
xuống
ra
vào
rồi
đã
đang
sẽ
sắp
vừa
mới
mới nhất
cũ
rất
quá
lắm
hơn
nhất
cả
cả hai
chỉ
chỉ có
chỉ là
mỗi
mọi
từng
này
kia
ấy
nọ
đó
đây
tên
tuổi
bao nhiêu tuổi
quê
quê ở đâu
quê quán
sinh
sinh ngày
mất
chết
sống
chết vì
đứng thứ mấy
đứng đầu là ai
người đứng đầu
người lãnh đạo
người sáng lập
người viết
người nói
người thay thế
thay ai
kế nhiệm
tiền nhiệm
được gọi
được đặt
được chọn
được thay thế
được đưa
được mở
được phép
được làm
được trả
được hưởng
được giao
được thưởng
được khen
được khen thưởng
được phong
được cấp
được thấy
bị ảnh hưởng
bị mất
bị đánh bại
bị phá hủy
bị giết
bị cấm
bị từ chối
bị thay thế
điều gì đã
điều gì khiến
khiến
khiến cho
làm cho
giúp
giúp cho
giữa
giữa các
theo
theo như
theo luật
như
như là
như vậy
nhằm
nhằm để
ngoài
trừ
trừ khi
dù
mặc dù
tuy nhiên
chẳng hạn
tức là
thường
thường được
thường xuyên
luôn
luôn luôn
đôi khi
chưa
chưa bao giờ
không bao giờ
không ai
không gì
bất kỳ
bất cứ
nào đó
gì đó
riêng
chung
nói chung
cụ thể
chính
chính xác
chính là
chủ yếu
cơ bản
quan trọng
cần thiết
đúng
sai
đúng hay sai
tốt
xấu
to
nhỏ
lớn
dài
ngắn
cao
thấp
nhanh
chậm
sớm
muộn
nhiều
ít
đủ
thiếu
gần
xa
mạnh
yếu
khó
dễ
giàu
nghèo
trẻ
già
"""
